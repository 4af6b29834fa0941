// Requests that don't give up when the line is lost or the studio starts again: they wait a little
// longer each time, and try at once when the browser is back online.
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** The studio said no, and why: trying again would change nothing. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? `HTTP ${status}`);
    this.status = status;
    this.title = problem?.title ?? this.message;
  }
}

/** Do `attempt` until it answers. `onWait(seconds)` hears of each wait. Throws Refused, AbortError. */
export async function insist(attempt, { signal, onWait }) {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    signal.throwIfAborted();
    const answer = await attempt().catch(() => undefined);
    signal.throwIfAborted();
    if (answer && answer.status < 500) return read(answer);
    if (answer?.status === 507) return read(answer);
    onWait(wait / 1000);
    await pause(wait, signal);
  }
}

/** A request whose body is told of while it leaves, which fetch can't. */
export function put(url, body, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open("PUT", url);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => resolve({ status: request.status, text: async () => request.responseText });
    request.onerror = request.onabort = () => reject(new Error("no answer"));
    request.onloadend = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    request.send(body);
  });
}

async function read(answer) {
  const text = await answer.text();
  const value = text ? JSON.parse(text) : undefined;
  if (answer.status >= 400) throw new Refused(answer.status, value);
  return value;
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
    signal.addEventListener("abort", end);
  });
}
