// The two dangerous things that scripts of the portal do (the policy has require-trusted-types-for 'script'; MDN, Trusted
// Types API): they read HTML into a document of its own, in which nothing runs, and they start workers of its own files.
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
