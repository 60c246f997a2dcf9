// Looking for the solution of an ALTCHA challenge, version 2, algorithm SCRYPT: the counter for which
// scrypt(nonce + counter, salt) begins with the given bytes.

import { makeScrypt } from "./poll-scrypt.js";

const words = (hex) => Int32Array.from(hex.match(/.{8}/g), (word) => Number.parseInt(word, 16) | 0);
const hex = (key) => Array.from(key, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");

/** A function that tries one counter after the other, from `first` by `step`; it returns the solution or null. */
export function search({ algorithm, cost, memoryCost, keyPrefix, nonce, salt }, first, step) {
  if (algorithm !== "SCRYPT" || nonce.length !== 32 || salt.length !== 32) throw new Error("unknown kind of challenge");
  const scrypt = makeScrypt(cost, memoryCost);
  const password = Int32Array.of(...words(nonce), 0);
  const saltWords = words(salt);
  let counter = first;
  return () => {
    password[4] = counter;
    const derivedKey = hex(scrypt(password, saltWords));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
    counter += step;
    return null;
  };
}
