// The words shown while there is no map: loading, or what failed and a button to try again.
export class Status {
  constructor(root) {
    this.box = document.createElement("div");
    this.box.className = "atlas-status";
    this.box.setAttribute("role", "status");
    root.append(this.box);
  }

  wait(labels) {
    this.box.replaceChildren(labels.loading);
    this.box.hidden = false;
  }

  clear() {
    this.box.replaceChildren();
    this.box.hidden = true;
  }

  fail(labels, error, retry) {
    const sentence = document.createElement("p");
    sentence.textContent = labels.error.replace("{detail}", reason(labels, error));
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = labels.retry;
    button.addEventListener("click", () => { this.wait(labels); retry(); });
    this.box.replaceChildren(sentence, button);
    this.box.hidden = false;
  }
}

// A failure without a label came from drawing: the values and the shapes do not belong together.
export function reason(labels, error) {
  return labels[error.label ?? "error_format"].replace("{status}", error.status);
}
