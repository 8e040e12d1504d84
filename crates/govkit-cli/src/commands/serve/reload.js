// Asks now and then whether the pages were made anew, and loads this one again where they were.
const shown = document.currentScript.dataset.version;
setInterval(async () => {
  try {
    const answer = await fetch("/.govkit/version");
    if ((await answer.text()).trim() !== shown) {
      location.reload();
    }
  } catch {
    // The preview has ended; the page stays as it is.
  }
}, 700);
