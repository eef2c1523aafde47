// Asks the monitor. The token, where one is wanted, lives as long as the tab.

const key = "leeway-token";

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function keepToken(token) {
  sessionStorage.setItem(key, token);
}

export async function ask(route, parameters = {}, signal = undefined) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, value);
  }
  const token = sessionStorage.getItem(key);
  const answer = await fetch(`/api/v1/${route}${query.size ? "?" + query : ""}`, {
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    cache: "no-store",
    signal,
  });
  if (!answer.ok) throw new Refusal(answer.status, (await answer.text()).slice(0, 300));
  return answer.json();
}
