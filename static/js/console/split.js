/**
 * An even split of the queue among those who are here: each post is in the part of one of them, by the hash of its key.
 *
 * By rendezvous (Thaler and Ravishankar, 1998): who comes takes an equal share from everybody, and who goes leaves only
 * an own part to the others. Pure, and the same on every moderator's page.
 */

/**
 * In whose part a post is.
 * @param {string} key
 * @param {readonly string[]} people by name, in any order
 * @returns {string} empty where nobody is here
 */
export function partOf(key, people) {
  let [best, most] = ["", -1];
  for (const name of people) {
    const weight = hash(`${name}\n${key}`);
    if (weight > most || (weight === most && name < best)) [best, most] = [name, weight];
  }
  return best;
}

/** @param {string} text FNV-1a, and murmur3's end, without which the last letters hardly count */
function hash(text) {
  let found = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) found = Math.imul(found ^ text.charCodeAt(at), 0x01000193);
  found = Math.imul(found ^ (found >>> 16), 0x85ebca6b);
  found = Math.imul(found ^ (found >>> 13), 0xc2b2ae35);
  return (found ^ (found >>> 16)) >>> 0;
}
