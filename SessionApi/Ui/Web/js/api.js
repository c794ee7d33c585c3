import { text } from "./text.js";

// The REST interface: every call has a deadline, every failure is an ApiError with a sentence for people.

const deadline = 20_000;
const tokenKey = "sidecar-token";
let askForToken = null;

export class ApiError extends Error {
  constructor(message, status, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const token = () => localStorage.getItem(tokenKey);
export const setToken = value => localStorage.setItem(tokenKey, value);

/// What is done when the server wants a token: it shows the form and never returns to the caller.
export const onTokenNeeded = action => { askForToken = action; };

export async function call(method, path, { body, signal, etag, keepalive } = {}) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (etag) headers["If-None-Match"] = etag;
  const patience = AbortSignal.timeout(deadline);
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      keepalive,
      cache: "no-store",
    });
    if (response.status === 304) return { notModified: true };
    if (response.ok) return { answer: response.status === 204 ? null : await response.json(), etag: response.headers.get("ETag") };
    const answer = await response.json().catch(() => null);
    if (response.status === 401) askForToken?.();
    throw new ApiError(answer?.message ?? `${text.error.unknown} (${response.status})`, response.status, answer?.error);
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    throw new ApiError(error.name === "TimeoutError" ? text.error.timeout : text.error.network, 0, error.name);
  }
}

export const get = async (path, options) => (await call("GET", path, options)).answer;
export const post = async (path, body, options) => (await call("POST", path, { ...options, body })).answer;
export const patch = async (path, body) => (await call("PATCH", path, { body })).answer;
export const remove = async (path, options) => (await call("DELETE", path, options)).answer;

/// The address of a WebSocket of this server.
export function socketAddress(path, query = {}) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (token()) url.searchParams.set("token", token());
  return url.href;
}
