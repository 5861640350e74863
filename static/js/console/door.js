/** Where a page of the desk goes when its badge was ended. */

export function toTheDoor() {
  location.assign("/join?out=1");
}
