// A text is spoken as callers would hear it, in the voice that is set or that stands unsaved in the form. One at a time.
"use strict";
(() => {
  const VOICE = ["tts_provider", "tts_model", "voice"];
  let now = null; // { button, player, asking }

  const show = (button, words, icon) => {
    button.querySelector("span").textContent = words;
    button.querySelector("use").setAttribute("href", icon);
  };
  const tell = (button, words, failed) => {
    const line = button.parentElement.querySelector("[role=status]");
    line.textContent = words;
    line.classList.toggle("error", failed);
  };

  function stop() {
    if (now === null) return;
    const { button, player, asking } = now;
    now = null;
    asking.abort();
    if (player !== null) {
      player.pause();
      URL.revokeObjectURL(player.src);
      player.remove();
    }
    delete button.dataset.is;
    show(button, button.dataset.listen, "#i-speaker");
  }

  // A row of a list of providers is heard as if it were the first.
  function wanted(button) {
    const row = button.closest("[data-voice-row]");
    const form = document.getElementById("settings");
    const asked = new FormData(document.getElementById("listening"));
    if (row !== null) {
      const [provider, voice] = row.querySelectorAll("select, input:not([type=hidden])");
      asked.set("tts_provider", provider.value);
      asked.set("tts_model", "");
      asked.set("voice", voice.value);
    } else if (form !== null) {
      for (const name of VOICE) if (form.elements[name]) asked.set(name, form.elements[name].value);
    }
    const from = document.getElementById(button.dataset.from ?? "");
    asked.set("text", from === null ? button.value : from.value);
    if (button.dataset.language) asked.set("language", button.dataset.language);
    return asked;
  }

  async function listen(button) {
    const asking = new AbortController();
    const mine = { button, player: null, asking };
    now = mine;
    button.dataset.is = "asking";
    show(button, button.dataset.stop, "#i-x");
    tell(button, button.dataset.wait, false);
    let answer, told;
    try {
      const body = wanted(button);
      const headers = { Accept: "application/json" };
      answer = await fetch(document.getElementById("listening").action, { method: "POST", body, headers, signal: asking.signal });
      told = await answer.json();
    } catch (error) {
      if (error.name === "AbortError") return tell(button, "", false);
      answer = { ok: false };
      told = { said: button.dataset.away };
    }
    if (now !== mine) return;
    tell(button, told.said, !answer.ok);
    if (!answer.ok) return stop();
    const bytes = Uint8Array.from(atob(told.sound), (letter) => letter.charCodeAt(0));
    const player = document.createElement("audio");
    player.src = URL.createObjectURL(new Blob([bytes], { type: "audio/wav" }));
    player.addEventListener("ended", () => {
      button.dataset.heard = String(player.duration);
      stop();
    });
    mine.player = player;
    document.body.append(player);
    button.dataset.is = "playing";
    try {
      await player.play();
    } catch (error) {
      if (error.name === "AbortError" || now !== mine) return; // stopped before it began
      tell(button, String(error.message), true);
      stop();
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-listen]");
    if (button === null) return;
    event.preventDefault();
    const again = now !== null && now.button === button;
    stop();
    if (!again) listen(button);
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    if (now !== null && !now.button.isConnected) stop();
  });
})();
