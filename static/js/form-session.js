// The session behind an open form: signing in again, here or in another tab, makes the form's CSRF token invalid.
const field = () => document.querySelector("input[name=csrfmiddlewaretoken]");

export const token = () => field()?.value ?? "";

// Fetches the token of the present session into every form of the page. Answers "ready"; "signed-out" and
// "other-person" when the form cannot be sent as it is; "unknown" when the server gave no answer to go by.
// Throws without a connection.
export const renew = async (address, user) => {
  const response = await fetch(address, { redirect: "manual", cache: "no-store" });
  if (response.type === "opaqueredirect" || response.status === 401) return "signed-out";
  if (!response.ok) return "unknown";
  const answer = await response.json();
  if (answer.user !== user) return "other-person";
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = answer.token;
  return "ready";
};
