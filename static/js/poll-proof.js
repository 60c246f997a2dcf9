// The browser's part of the ALTCHA proof of work, version 2, algorithm SHA-256 with cost 1: find the
// counter for which SHA-256(salt + nonce + counter) begins with the given bytes. Own SHA-256, because
// crypto.subtle is missing on plain HTTP and slower for millions of tiny inputs.

const HASHES_PER_TURN = 20_000;

const K = new Uint32Array(64);
const START = new Uint32Array(8);

// The constants of FIPS 180-4: fractional parts of roots of the first 64 primes.
(() => {
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32) >>> 0;
  for (let n = 2, found = 0; found < 64; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) isPrime = false;
    if (!isPrime) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    K[found++] = fraction(Math.cbrt(n));
  }
})();

const W = new Uint32Array(64);
const STATE = new Uint32Array(8);

/** SHA-256 of one padded block of 16 big-endian words; the result stays in STATE. */
function hashBlock(block) {
  for (let i = 0; i < 16; i++) W[i] = block[i];
  for (let i = 16; i < 64; i++) {
    const a = W[i - 15];
    const b = W[i - 2];
    const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
    const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const end = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) STATE[i] = START[i] + end[i];
}

const words = (hex) => hex.match(/.{8}/g).map((word) => Number.parseInt(word, 16));

/** Solve an ALTCHA challenge; returns the text its library verifies. Leaves the page responsive. */
export async function solve(challenge) {
  const { salt, nonce, keyPrefix, algorithm, cost } = challenge.parameters;
  if (algorithm !== "SHA-256" || cost !== 1 || salt.length !== 32 || nonce.length !== 32) {
    throw new Error("unknown kind of challenge");
  }
  const startedAt = performance.now();
  const block = new Uint32Array(16);
  block.set([...words(salt), ...words(nonce)]);
  block[9] = 0x80000000;
  block[15] = 36 * 8; // the message's length in bits: salt, nonce and a 32-bit counter
  const wanted = words(keyPrefix);
  for (let counter = 0; counter < 2 ** 32; counter++) {
    block[8] = counter;
    hashBlock(block);
    if (wanted.every((word, i) => STATE[i] === word)) {
      const derivedKey = Array.from(STATE, (word) => word.toString(16).padStart(8, "0")).join("");
      const time = Math.round(performance.now() - startedAt);
      return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey, time } }));
    }
    if (counter % HASHES_PER_TURN === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  throw new Error("no solution");
}
