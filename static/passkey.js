// Asks the browser to make or to use a passkey, and sends its answer with the form that holds the question.
"use strict";
const form = document.getElementById("passkey");
const problem = document.getElementById("passkey-problem");
const known = window.PublicKeyCredential;
const makes = form.dataset.kind === "create";
const read = known && (makes ? known.parseCreationOptionsFromJSON : known.parseRequestOptionsFromJSON);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.hidden = true;
  try {
    const publicKey = read.call(known, JSON.parse(form.dataset.options));
    const made = await navigator.credentials[makes ? "create" : "get"]({ publicKey });
    form.elements.credential.value = JSON.stringify(made.toJSON());
    form.submit();
  } catch {
    problem.hidden = false;
    problem.focus();
  }
});
// Pressed any earlier, the form would be sent without an answer.
form.querySelector("button").disabled = false;
