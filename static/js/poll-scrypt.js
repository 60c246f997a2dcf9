// scrypt (RFC 7914) as ALTCHA's algorithm SCRYPT uses it, for messages shorter than one block. Own code,
// because browsers have no scrypt and the content security policy lets no WebAssembly in.

const K = new Int32Array(64);
const START = new Int32Array(8);

// The constants of FIPS 180-4: fractional parts of roots of the first 64 primes.
(() => {
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  for (let n = 2, found = 0; found < 64; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) isPrime = false;
    if (!isPrime) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    K[found++] = fraction(Math.cbrt(n));
  }
})();

const W = new Int32Array(64);

/** One round of SHA-256: 16 big-endian words of `block` from `at` are taken into `state`. */
function compress(state, block, at) {
  for (let i = 0; i < 16; i++) W[i] = block[at + i];
  for (let i = 16; i < 64; i++) {
    const a = W[i - 15];
    const b = W[i - 2];
    const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
    const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
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
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The words of bytes (a whole number of words, at most 13), padded to the block that ends a message. */
function lastBlock(words, bytesBefore) {
  const block = new Int32Array(16);
  block.set(words);
  block[words.length] = 0x80000000;
  block[15] = 8 * (bytesBefore + 4 * words.length);
  return block;
}

/** HMAC-SHA-256 with one key: the states after the key's two blocks, from which each message goes on. */
function hmacStates(key) {
  const states = [0x36363636, 0x5c5c5c5c].map((pad) => {
    const block = new Int32Array(16).fill(pad);
    for (let i = 0; i < key.length; i++) block[i] ^= key[i];
    const state = Int32Array.from(START);
    compress(state, block, 0);
    return state;
  });
  return states;
}

/** PBKDF2-HMAC-SHA-256 with one iteration: `count` blocks of 8 words. `salt` is a whole number of words. */
function pbkdf2([inner, outer], salt, count, into) {
  const whole = salt.length - (salt.length % 16);
  const begun = Int32Array.from(inner);
  for (let at = 0; at < whole; at += 16) compress(begun, salt, at);
  const rest = [...salt.subarray(whole), 0];
  for (let number = 1; number <= count; number++) {
    rest[rest.length - 1] = number;
    const state = Int32Array.from(begun);
    compress(state, lastBlock(rest, 64 + 4 * whole), 0);
    const end = Int32Array.from(outer);
    compress(end, lastBlock(state, 64), 0);
    into.set(end, 8 * (number - 1));
  }
}

/** Words between the byte orders of SHA-256 (big) and of Salsa20 (little). */
function swap(words) {
  for (let i = 0; i < words.length; i++) {
    const x = words[i];
    words[i] = (x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);
  }
}

/** BlockMix of RFC 7914 with Salsa20/8, from `x` XOR `v` (from `at`; none: 2 r blocks of zeros) into `y`. */
function blockMix(x, v, at, y, r) {
  const last = (2 * r - 1) * 16;
  let s0 = x[last] ^ v[at + last], s1 = x[last + 1] ^ v[at + last + 1];
  let s2 = x[last + 2] ^ v[at + last + 2], s3 = x[last + 3] ^ v[at + last + 3];
  let s4 = x[last + 4] ^ v[at + last + 4], s5 = x[last + 5] ^ v[at + last + 5];
  let s6 = x[last + 6] ^ v[at + last + 6], s7 = x[last + 7] ^ v[at + last + 7];
  let s8 = x[last + 8] ^ v[at + last + 8], s9 = x[last + 9] ^ v[at + last + 9];
  let s10 = x[last + 10] ^ v[at + last + 10], s11 = x[last + 11] ^ v[at + last + 11];
  let s12 = x[last + 12] ^ v[at + last + 12], s13 = x[last + 13] ^ v[at + last + 13];
  let s14 = x[last + 14] ^ v[at + last + 14], s15 = x[last + 15] ^ v[at + last + 15];
  for (let i = 0; i < 2 * r; i++) {
    const p = i * 16;
    const q = at + p;
    let x0 = (s0 ^= x[p] ^ v[q]), x1 = (s1 ^= x[p + 1] ^ v[q + 1]);
    let x2 = (s2 ^= x[p + 2] ^ v[q + 2]), x3 = (s3 ^= x[p + 3] ^ v[q + 3]);
    let x4 = (s4 ^= x[p + 4] ^ v[q + 4]), x5 = (s5 ^= x[p + 5] ^ v[q + 5]);
    let x6 = (s6 ^= x[p + 6] ^ v[q + 6]), x7 = (s7 ^= x[p + 7] ^ v[q + 7]);
    let x8 = (s8 ^= x[p + 8] ^ v[q + 8]), x9 = (s9 ^= x[p + 9] ^ v[q + 9]);
    let x10 = (s10 ^= x[p + 10] ^ v[q + 10]), x11 = (s11 ^= x[p + 11] ^ v[q + 11]);
    let x12 = (s12 ^= x[p + 12] ^ v[q + 12]), x13 = (s13 ^= x[p + 13] ^ v[q + 13]);
    let x14 = (s14 ^= x[p + 14] ^ v[q + 14]), x15 = (s15 ^= x[p + 15] ^ v[q + 15]);
    for (let round = 0; round < 4; round++) {
      let u;
      u = (x0 + x12) | 0; x4 ^= (u << 7) | (u >>> 25);
      u = (x4 + x0) | 0; x8 ^= (u << 9) | (u >>> 23);
      u = (x8 + x4) | 0; x12 ^= (u << 13) | (u >>> 19);
      u = (x12 + x8) | 0; x0 ^= (u << 18) | (u >>> 14);
      u = (x5 + x1) | 0; x9 ^= (u << 7) | (u >>> 25);
      u = (x9 + x5) | 0; x13 ^= (u << 9) | (u >>> 23);
      u = (x13 + x9) | 0; x1 ^= (u << 13) | (u >>> 19);
      u = (x1 + x13) | 0; x5 ^= (u << 18) | (u >>> 14);
      u = (x10 + x6) | 0; x14 ^= (u << 7) | (u >>> 25);
      u = (x14 + x10) | 0; x2 ^= (u << 9) | (u >>> 23);
      u = (x2 + x14) | 0; x6 ^= (u << 13) | (u >>> 19);
      u = (x6 + x2) | 0; x10 ^= (u << 18) | (u >>> 14);
      u = (x15 + x11) | 0; x3 ^= (u << 7) | (u >>> 25);
      u = (x3 + x15) | 0; x7 ^= (u << 9) | (u >>> 23);
      u = (x7 + x3) | 0; x11 ^= (u << 13) | (u >>> 19);
      u = (x11 + x7) | 0; x15 ^= (u << 18) | (u >>> 14);
      u = (x0 + x3) | 0; x1 ^= (u << 7) | (u >>> 25);
      u = (x1 + x0) | 0; x2 ^= (u << 9) | (u >>> 23);
      u = (x2 + x1) | 0; x3 ^= (u << 13) | (u >>> 19);
      u = (x3 + x2) | 0; x0 ^= (u << 18) | (u >>> 14);
      u = (x5 + x4) | 0; x6 ^= (u << 7) | (u >>> 25);
      u = (x6 + x5) | 0; x7 ^= (u << 9) | (u >>> 23);
      u = (x7 + x6) | 0; x4 ^= (u << 13) | (u >>> 19);
      u = (x4 + x7) | 0; x5 ^= (u << 18) | (u >>> 14);
      u = (x10 + x9) | 0; x11 ^= (u << 7) | (u >>> 25);
      u = (x11 + x10) | 0; x8 ^= (u << 9) | (u >>> 23);
      u = (x8 + x11) | 0; x9 ^= (u << 13) | (u >>> 19);
      u = (x9 + x8) | 0; x10 ^= (u << 18) | (u >>> 14);
      u = (x15 + x14) | 0; x12 ^= (u << 7) | (u >>> 25);
      u = (x12 + x15) | 0; x13 ^= (u << 9) | (u >>> 23);
      u = (x13 + x12) | 0; x14 ^= (u << 13) | (u >>> 19);
      u = (x14 + x13) | 0; x15 ^= (u << 18) | (u >>> 14);
    }
    // Even blocks come first, then the odd ones.
    const o = ((i >> 1) + (i & 1) * r) * 16;
    y[o] = s0 = (s0 + x0) | 0;
    y[o + 1] = s1 = (s1 + x1) | 0;
    y[o + 2] = s2 = (s2 + x2) | 0;
    y[o + 3] = s3 = (s3 + x3) | 0;
    y[o + 4] = s4 = (s4 + x4) | 0;
    y[o + 5] = s5 = (s5 + x5) | 0;
    y[o + 6] = s6 = (s6 + x6) | 0;
    y[o + 7] = s7 = (s7 + x7) | 0;
    y[o + 8] = s8 = (s8 + x8) | 0;
    y[o + 9] = s9 = (s9 + x9) | 0;
    y[o + 10] = s10 = (s10 + x10) | 0;
    y[o + 11] = s11 = (s11 + x11) | 0;
    y[o + 12] = s12 = (s12 + x12) | 0;
    y[o + 13] = s13 = (s13 + x13) | 0;
    y[o + 14] = s14 = (s14 + x14) | 0;
    y[o + 15] = s15 = (s15 + x15) | 0;
  }
}

/** scrypt with p = 1 of a password of 20 bytes and a salt of 16, as words; gives 8 words. */
export function makeScrypt(n, r) {
  const size = 32 * r;
  const v = new Int32Array(n * size);
  const zeros = new Int32Array(size);
  const key = new Int32Array(8);
  let x = new Int32Array(size);
  let y = new Int32Array(size);
  return (password, salt) => {
    const states = hmacStates(password);
    pbkdf2(states, salt, size / 8, x);
    swap(x);
    for (let i = 0; i < n; i++) {
      v.set(x, i * size);
      blockMix(x, zeros, 0, y, r);
      [x, y] = [y, x];
    }
    for (let i = 0; i < n; i++) {
      const j = x[size - 16] & (n - 1);
      blockMix(x, v, j * size, y, r);
      [x, y] = [y, x];
    }
    swap(x);
    pbkdf2(states, x, 1, key);
    return key;
  };
}
