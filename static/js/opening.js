// "Open until 17:00" on a page that stays open, or that a cache showed while the portal was away: the page
// brings the states to come along, and each takes the place of the one that is over. Without this script the
// words are those of the moment at which the page was made.
const LONGEST_WAIT = 2 ** 31 - 1; // milliseconds that a timer can wait

const show = (place) => {
  const states = JSON.parse(place.dataset.states);
  const current = states.find(([until]) => Date.parse(until) > Date.now());
  if (!current) {
    // Nothing is known any more: better no word than a wrong one.
    place.hidden = true;
    return;
  }
  const [until, words, isOpen] = current;
  if (place.textContent !== words) place.textContent = words;
  place.classList.toggle("is-open", isOpen);
  setTimeout(() => show(place), Math.min(Date.parse(until) - Date.now() + 1000, LONGEST_WAIT));
};

const showAll = () => document.querySelectorAll("[data-states]").forEach(show);

showAll();
// A page out of the back-forward cache kept neither its timers nor the time.
addEventListener("pageshow", (event) => event.persisted && showAll());
