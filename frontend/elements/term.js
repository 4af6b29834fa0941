// What a word means goes away with Escape, and comes back when one looks at the word again. Near the
// right edge it moves to the left, so that all of it is on the page.
const GAP = 8;

const keepOnThePage = ({ target }) => {
  const tip = target.closest?.(".term")?.querySelector("[role='tooltip']");
  if (!tip) return;
  tip.style.translate = "";
  const over = tip.getBoundingClientRect().right + GAP - document.documentElement.clientWidth;
  if (over > 0) tip.style.translate = `${-over}px`;
};
for (const coming of ["pointerover", "focusin"]) document.addEventListener(coming, keepOnThePage);

// A word in the label of a choice chooses it, as the rest of the label does: browsers differ there,
// since the word can be focused itself.
document.addEventListener("click", (event) => {
  const control = event.target.closest?.(".term")?.closest("label")?.control;
  if (!["radio", "checkbox"].includes(control?.type)) return;
  event.preventDefault();
  control.click();
});

document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const term of document.querySelectorAll(".term:hover, .term:focus")) {
    term.dataset.hushed = "";
    const again = () => delete term.dataset.hushed;
    for (const leaving of ["pointerleave", "blur"])
      term.addEventListener(leaving, again, { once: true });
  }
});
