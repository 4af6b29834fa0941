// One file to the studio in parts. What was sent before, by this page or an earlier one, is not
// sent again.
import { insist, put } from "./insistence.js";
import { forget, recall, remember } from "./upload-memory.js";

const UPLOADS = "/api/v1/uploads";
const HEAD_BYTES = 256 * 1024;

/** A request with JSON, tried until it answers. */
export function ask(method, url, body, options) {
  const request = { method, signal: options.signal };
  if (body) {
    request.body = JSON.stringify(body);
    request.headers = { "Content-Type": "application/json" };
  }
  return insist(() => fetch(url, request), options);
}

/** Send `file` and answer its upload. `onBytes(here)` hears how much of it is there, `onLook` the
 *  first sentence about it. */
export async function send(file, options) {
  const upload = await begin(file, options);
  const place = `${UPLOADS}/${upload.id}`;
  if (!upload.is_complete) {
    const looked = once(options.onLook);
    sendHead(place, file, looked, options);
    await sendParts(place, file, upload, looked, options);
  }
  return ask("POST", `${place}/complete`, undefined, options);
}

/** Give an upload up, here and there. */
export async function giveUp(file) {
  const id = recall(file);
  forget(file);
  if (id) await fetch(`${UPLOADS}/${id}`, { method: "DELETE" }).catch(() => undefined);
}

async function begin(file, options) {
  const id = recall(file);
  const known = id && (await ask("GET", `${UPLOADS}/${id}`, undefined, options).catch(gone));
  if (known) return known;
  const wanted = { file_name: file.name, size_bytes: file.size };
  const upload = await ask("POST", UPLOADS, wanted, options);
  remember(file, upload.id);
  return upload;
}

function gone(error) {
  if (error.status !== 404) throw error;
}

// The head's answer and the parts' carry the first sentence: whichever comes first tells it.
function once(onLook) {
  let told = false;
  return ({ first_look }) => {
    if (told || !first_look) return;
    told = true;
    onLook(first_look);
  };
}

// Ahead of the parts, and not waited for: a first sentence needs no more.
async function sendHead(place, file, looked, { signal }) {
  const request = { method: "PUT", body: file.slice(0, HEAD_BYTES), signal };
  const answer = await fetch(`${place}/head`, request).catch(() => undefined);
  if (answer?.ok) looked(await answer.json());
}

async function sendParts(place, file, upload, looked, options) {
  const here = new Set(upload.received);
  const lengthOf = (n) => Math.min(upload.part_bytes, file.size - (n - 1) * upload.part_bytes);
  let sent = [...here].reduce((sum, n) => sum + lengthOf(n), 0);
  options.onBytes(sent);
  for (let n = 1; n <= upload.parts; n++) {
    if (here.has(n)) continue;
    const start = (n - 1) * upload.part_bytes;
    const part = file.slice(start, start + lengthOf(n));
    const onProgress = (loaded) => options.onBytes(sent + Math.min(loaded, part.size));
    const parting = { signal: options.signal, onProgress };
    looked(await insist(() => put(`${place}/parts/${n}`, part, parting), options));
    sent += part.size;
    options.onBytes(sent);
  }
}
