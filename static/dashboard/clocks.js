// Clocks that count up from a moment or down to it, by the server's time: the page says when it was made (data-now).
"use strict";
(() => {
  let ahead = 0; // of the server's clock

  function inWords(milliseconds) {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (number) => String(number).padStart(2, "0");
    return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  }

  function tick() {
    const now = Date.now() - ahead;
    for (const clock of document.querySelectorAll("[data-clock]")) {
      const at = Date.parse(clock.dataset.clock);
      if (clock.dataset.counts === "down" && now > at) return htmx.trigger(document.body, "loman:orders"); // it is late
      clock.textContent = inWords(clock.dataset.counts === "down" ? at - now : now - at);
    }
  }

  function set() {
    ahead = Date.now() - Date.parse(document.querySelector("[data-now]").dataset.now);
    tick();
  }

  document.body.addEventListener("htmx:afterSettle", set);
  document.body.addEventListener("loman:hung", tick);
  setInterval(tick, 1000);
  set();
})();
