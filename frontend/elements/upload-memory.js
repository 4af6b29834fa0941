// Which uploads this browser has begun, so that the same file, chosen again after a reload, goes on
// where it was. A file is known by its name, size and time: the browser tells no more of it.
const KEY = "likewise-uploads";
const DAY_MS = 86_400_000;

const nameOf = (file) => JSON.stringify([file.name, file.size, file.lastModified]);

function all() {
  const known = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  const young = ([, { at }]) => Date.now() - at < DAY_MS;
  return Object.fromEntries(Object.entries(known).filter(young));
}

export function recall(file) {
  return all()[nameOf(file)]?.id;
}

export function remember(file, id) {
  const known = { ...all(), [nameOf(file)]: { id, at: Date.now() } };
  localStorage.setItem(KEY, JSON.stringify(known));
}

export function forget(file) {
  const { [nameOf(file)]: _gone, ...known } = all();
  localStorage.setItem(KEY, JSON.stringify(known));
}

/** The names of files that were begun and not finished. */
export function unfinished() {
  return Object.keys(all()).map((name) => JSON.parse(name)[0]);
}
