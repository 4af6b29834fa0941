// What was judged is what the form shows. A morph leaves choices that a person has touched as they
// were touched, whatever the answer says; so they are brought to what it says.
document.addEventListener("htmx:after:swap", () => {
  for (const tick of document.querySelectorAll("#plan :is([type=radio], [type=checkbox])"))
    tick.checked = tick.defaultChecked;
  for (const option of document.querySelectorAll("#plan option"))
    option.selected = option.defaultSelected;
});
