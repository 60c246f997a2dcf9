// One of the workers that look for the proof; poll-proof.js starts them and gives each its counters.

import { search } from "./poll-search.js";

addEventListener("message", ({ data }) => {
  const next = search(data.parameters, data.first, data.step);
  for (let found = null; ; ) {
    found = next();
    postMessage({ tried: 1, found });
    if (found) return;
  }
});
