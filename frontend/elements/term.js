// What a word means goes away with Escape, and comes back when one looks at the word again.
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const term of document.querySelectorAll(".term:hover, .term:focus")) {
    term.dataset.hushed = "";
    const again = () => delete term.dataset.hushed;
    for (const leaving of ["pointerleave", "blur"])
      term.addEventListener(leaving, again, { once: true });
  }
});
