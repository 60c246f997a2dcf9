// The browser's part of the proof of work: several workers, or slices of the page's own time where a
// browser has no workers of this kind.

import { search } from "./poll-search.js";
import { startWorker } from "./trusted.js";

// More cores than this are not used: a telephone gets warm.
const MOST_WORKERS = 8;
const SLICE = 40; // milliseconds

/** Find the solution; `report` gets the share of the work done, `signal` ends it. Returns what is sent. */
export async function solve(challenge, workerAddress, report, signal) {
  const started = performance.now();
  let tried = 0;
  const count = (tries) => {
    tried += tries;
    report(Math.min(1, tried / challenge.parameters.data.tries));
  };
  let solution;
  try {
    solution = await inWorkers(challenge, workerAddress, count, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    tried = 0;
    solution = await inSlices(challenge, count, signal);
  }
  return btoa(JSON.stringify({ challenge, solution: { ...solution, time: Math.round(performance.now() - started) } }));
}

function inWorkers({ parameters }, address, count, signal) {
  const number = Math.min(MOST_WORKERS, navigator.hardwareConcurrency || 2);
  const workers = [];
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    for (let first = 0; first < number; first++) {
      const worker = startWorker(address);
      workers.push(worker);
      worker.onerror = reject;
      worker.onmessage = ({ data }) => {
        count(data.tried);
        if (data.found) resolve(data.found);
      };
      worker.postMessage({ parameters, first, step: number });
    }
  }).finally(() => {
    for (const worker of workers) worker.terminate();
  });
}

async function inSlices({ parameters }, count, signal) {
  const next = search(parameters, 0, 1);
  for (;;) {
    const end = performance.now() + SLICE;
    while (performance.now() < end) {
      const found = next();
      count(1);
      if (found) return found;
    }
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
}
