const note = document.createElement("p");
note.className = "note";
note.setAttribute("role", "status");
document.body.append(note);

/** Says what has come about, for eyes and for screen readers. @param {string} text */
export function announce(text) {
  note.textContent = text;
}
