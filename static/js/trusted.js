// The three dangerous things that scripts of the portal do (the policy has require-trusted-types-for 'script'; MDN, Trusted
// Types API): they read HTML into a document of its own, in which nothing runs, show it in a frame in which nothing runs, and start
// workers of its own files.
const ownAddress = (address) => {
  const { origin, href } = new URL(address, location.href);
  if (origin !== location.origin) throw new TypeError(`Not of this portal: ${address}`);
  return href;
};
const rules = { createHTML: (html) => html, createScriptURL: ownAddress };
const policy = globalThis.trustedTypes?.createPolicy("portal", rules) ?? rules;

// A document knows the policy of its page: the styles of a paste, which nobody reads here, would be refused and reported.
const withoutStyles = (html) =>
  html.replace(/<(\/?)style\b/gi, "<$1template").replace(/([\s"'/])style\s*=/gi, "$1data-style=");

export const parsed = (html) => new DOMParser().parseFromString(policy.createHTML(withoutStyles(html)), "text/html");

export const startWorker = (address) => new Worker(policy.createScriptURL(address), { type: "module" });

export const showIn = (frame, html) => {
  if (!frame.hasAttribute("sandbox") || frame.sandbox.contains("allow-scripts")) throw new TypeError("Not a frame without scripts");
  frame.srcdoc = policy.createHTML(html);
};
