/** What the page knows: the person's screen as the server sent it, and where the person is looking. */
export const look = { user: "U0ALICE", place: "C0INCIDENT", tab: "messages", thread: null, pane: "try", drawer: false };
export let screen = null;

const listeners = [];
let source = null;

export function onChange(listener) {
  listeners.push(listener);
}

export function redraw() {
  if (screen) for (const listener of listeners) listener(screen);
}

/** Follow one person's screen; a change of person starts a new stream. */
export function follow(user) {
  look.user = user;
  source?.close();
  source = new EventSource(`/page/stream?user=${encodeURIComponent(user)}`);
  source.onmessage = (event) => {
    screen = JSON.parse(event.data);
    if (!screen.channels.some((channel) => channel.id === look.place)) look.place = screen.channels[0].id;
    document.documentElement.dataset.connected = screen.connected;
    redraw();
  };
}

/** A new window begins without the dialogs of the last one. */
export function arrive() {
  return act({ do: "arrive" });
}

export function place() {
  return screen.channels.find((channel) => channel.id === look.place);
}

export function goTo(changes) {
  Object.assign(look, changes);
  redraw();
}

/** Ask the server to do something as this person. Gives true when it was done; else says why in the status line. */
export async function act(wish) {
  const status = document.getElementById("status");
  status.textContent = "";
  try {
    const response = await fetch("/page/do", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: look.user, ...wish }),
    });
    if (response.ok) return true;
    status.textContent = (await response.json()).error;
  } catch {
    status.textContent = "…";
  }
  setTimeout(() => { status.textContent = ""; }, 6000);
  return false;
}
