// "Listen": the browser reads the article with a Vietnamese voice of the device. Without one there is no button: a voice
// from elsewhere would send the text to a stranger's server.
const button = document.querySelector(".read-aloud");
const stop = document.querySelector(".read-stop");
const speech = window.speechSynthesis;

// Longer texts are cut off by some browsers after a quarter of a minute.
const MOST = 200;

const voiceOf = () => speech.getVoices().find((voice) => voice.localService && /^vi(?:[-_]|$)/i.test(voice.lang));

// The article as sentences: heading, summary, then the blocks of the text in their order.
const sentences = () => {
  const article = button.closest("article");
  const blocks = article.querySelectorAll("h1, .sapo, .richtext :is(h2, h3, h4, p, li, caption, th, td, figcaption)");
  return [...blocks]
    .filter((block) => !block.querySelector("p, li, td"))
    .flatMap((block) => block.textContent.match(new RegExp(`[^.!?…;]{1,${MOST}}(?:[.!?…;]+|\\s|$)`, "g")) ?? [])
    .map((text) => text.trim())
    .filter(Boolean);
};

const show = (label, isReading) => {
  button.querySelector(".read-words").textContent = button.dataset[label];
  button.querySelector(".read-sign").textContent = label === "pause" ? "❚❚" : "▶";
  stop.classList.toggle("is-there", isReading);
};

const end = () => {
  speech.cancel();
  show("listen", false);
};

const read = () => {
  const texts = sentences();
  show("pause", true);
  texts.forEach((text, place) => {
    const words = new SpeechSynthesisUtterance(text);
    words.voice = voiceOf();
    words.lang = words.voice.lang;
    if (place === texts.length - 1) words.addEventListener("end", () => show("listen", false));
    speech.speak(words);
  });
};

if (button && speech) {
  const offer = () => button.classList.toggle("is-there", Boolean(voiceOf()));
  offer();
  speech.addEventListener?.("voiceschanged", offer); // most browsers learn of their voices late

  button.addEventListener("click", () => {
    if (speech.paused) {
      speech.resume();
      show("pause", true);
    } else if (speech.speaking) {
      speech.pause();
      show("resume", true);
    } else {
      read();
    }
  });
  stop.addEventListener("click", () => {
    end();
    button.focus();
  });
  window.addEventListener("pagehide", () => speech.cancel());
}
