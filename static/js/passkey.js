// Asks the browser for passkeys. Beside a field that takes a code it puts a button that sends the answer
// of a passkey in the code's place; a form that adds a passkey has one made before it is sent. Without
// this module codes are typed, and passkeys can't be added.

const ANSWER = "/sign-in/passkey";
const QUESTION = "/profile/two-factor/passkeys/question";

async function asked(address) {
  const reply = await fetch(address, { method: "POST", headers: { Accept: "application/json" } });
  if (!reply.ok || reply.redirected) throw new Error("The portal did not ask for a passkey. Reload the page and try again.");
  return reply.json();
}

function reason(error) {
  if (error.name === "NotAllowedError") return "No passkey was given. Try again, or use a code.";
  if (error.name === "InvalidStateError") return "This device has a passkey for you already.";
  if (error.name === "SecurityError") return "Passkeys do not work at this address. Open the portal by its name.";
  return error.message;
}

function speaker(place) {
  const line = document.createElement("p");
  line.className = "field__error";
  line.setAttribute("role", "alert");
  line.hidden = true;
  place.append(line);
  return (text) => {
    line.textContent = text;
    line.hidden = text === "";
  };
}

function send(form, name, answer, instead) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = JSON.stringify(answer.toJSON());
  instead?.removeAttribute("name");
  form.append(field);
  form.noValidate = true;
  form.submit();
}

// A form that asks for more than the code is sent by its own button once the passkey has answered.
function bindCode(input) {
  const { form } = input;
  const say = speaker(input.parentElement);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = "Use a passkey";
  input.after(button);
  button.addEventListener("click", async () => {
    say("");
    try {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await asked(ANSWER));
      const answer = await navigator.credentials.get({ publicKey });
      if (form.dataset.module === "passkey-new") {
        input.value = JSON.stringify(answer.toJSON());
        button.textContent = "The passkey has answered";
      } else {
        send(form, input.name, answer, input);
      }
    } catch (error) {
      say(reason(error));
    }
  });
}

function bindNew(form) {
  const say = speaker(form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    say("");
    try {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await asked(QUESTION));
      const answer = await navigator.credentials.create({ publicKey });
      form.querySelector("input[name=passkey]").remove();
      send(form, "passkey", answer);
    } catch (error) {
      say(reason(error));
    }
  });
}

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  document.querySelectorAll("input[data-module~=passkey]").forEach(bindCode);
  document.querySelectorAll("form[data-module~=passkey-new]").forEach(bindNew);
}
