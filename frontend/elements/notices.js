// Whether this browser shows notices: its person allowed them, and wants them here.
const KEY = "notices";

export const can = () => "Notification" in globalThis && isSecureContext;

export const isOn = () =>
  can() && Notification.permission === "granted" && localStorage.getItem(KEY) === "on";

// To be called on a click: a browser asks its person then, and at no other moment.
export async function switchOn() {
  if ((await Notification.requestPermission()) === "granted") localStorage.setItem(KEY, "on");
}

export function switchOff() {
  localStorage.removeItem(KEY);
}
