/**
 * Sends what people do on a web page to a bellwether collector.
 *
 *   import { Client } from "./bellwether-events.js";
 *   const events = new Client({ endpoint: "https://events.example.com", trackingId: "acme", key: "web-…",
 *                               appCode: "com.acme.web", appVersion: "1.2.3" });
 *   events.track("task.created", { taskId: 5 });
 *
 * An event gets its id and its time when it happens, lies in localStorage, one item an event, until the collector has
 * acknowledged it, and leaves in packets of twenty or after five seconds. No method throws.
 */

const VERSION = "1.0.0";
const PACKET = 20;
const LONGEST_WAIT = 600_000;
const TIMEOUT = 10_000;
// Browsers let so many bytes leave after the page has gone.
const BEACON_BYTES = 60_000;

/** Where events wait: localStorage, or memory where a page may not have it. */
class Queue {
  constructor(name, limit) {
    this.prefix = `${name}:event:`;
    this.limit = limit;
    this.dropped = 0;
    this.last = 0;
    try {
      this.storage = window.localStorage;
      this.storage.setItem(`${name}:probe`, "");
      this.storage.removeItem(`${name}:probe`);
    } catch {
      this.storage = new Memory();
    }
    this.size = this.keys().length;
  }

  /** The keys of all events, the oldest first; other tabs add and remove some, too. */
  keys() {
    const keys = [];
    for (let at = 0; at < this.storage.length; at += 1) {
      const key = this.storage.key(at);
      if (key.startsWith(this.prefix)) keys.push(key);
    }
    this.size = keys.length;
    return keys.sort();
  }

  add(id, text) {
    this.last = Math.max(this.last + 1, Date.now() * 1000);
    if (this.size >= this.limit) this.drop(this.keys().length - this.limit + 1);
    const key = `${this.prefix}${String(this.last).padStart(17, "0")}:${id}`;
    try {
      this.storage.setItem(key, text);
    } catch {
      // The page's storage is full: a tenth of the events makes room.
      this.drop(Math.ceil(this.keys().length / 10));
      this.storage.setItem(key, text);
    }
    this.size += 1;
  }

  drop(count) {
    const oldest = this.keys().slice(0, Math.max(0, count));
    this.remove(oldest);
    this.dropped += oldest.length;
  }

  /** The oldest events as [key, text]; another tab may have removed one meanwhile. */
  first(count) {
    return this.keys().slice(0, count).map((key) => [key, this.storage.getItem(key)]).filter(([, each]) => each);
  }

  remove(keys) {
    for (const key of keys) this.storage.removeItem(key);
    this.size -= keys.length;
  }
}

class Memory {
  constructor() {
    this.items = new Map();
  }
  get length() {
    return this.items.size;
  }
  key(at) {
    return [...this.items.keys()][at];
  }
  getItem(key) {
    return this.items.get(key) ?? null;
  }
  setItem(key, value) {
    this.items.set(key, value);
  }
  removeItem(key) {
    this.items.delete(key);
  }
}

export class Client {
  /**
   * @param {object} options
   * @param {string} options.endpoint the collector's address, such as https://events.example.com
   * @param {string} options.trackingId
   * @param {string} options.key a write-only key of the tracking id; the page's origin must be listed with it
   * @param {string} options.appCode
   * @param {boolean} [options.pageViews] whether each page and each change of its address is an event
   * @param {number} [options.limit] how many events may wait
   * @param {number} [options.gather] milliseconds until a packet leaves that is not full
   * @param {number} [options.wait] milliseconds until a failed packet is sent again; doubles up to ten minutes
   */
  constructor({ endpoint, trackingId, key, appCode, appVersion = "", appType = "web", pageViews = true,
                limit = 10_000, gather = 5_000, wait = 5_000 }) {
    const name = `bellwether:${trackingId}`;
    this.gather = gather;
    this.wait = wait;
    this.lock = name;
    this.queue = new Queue(name, limit);
    this.packet = PACKET;
    this.failures = 0;
    this.rejected = 0;
    this.timer = null;
    this.due = Infinity;
    this.sending = false;
    this.unauthorized = false;
    const part = encodeURIComponent;
    const instance = this._instance(`${name}:instance`);
    this.url = `${endpoint.replace(/\/+$/, "")}/api/v1/${part(trackingId)}/${instance}/events?key=${part(key)}`;
    this._listen();
    this.track("system.appInstanceData", {
      app: { type: appType, code: appCode, version: appVersion, sdkVersion: VERSION },
      device: {
        language: navigator.language,
        zoneOffset: -new Date().getTimezoneOffset(),
        screenResWidthPx: screen.width,
        screenResHeightPx: screen.height,
      },
      browser: { userAgent: navigator.userAgent },
    });
    if (pageViews) this._watchAddress();
    this._plan(this.gather);
  }

  /** Something happened: its type, such as "task.created", and any data that JSON can hold. */
  track(type, data = null) {
    try {
      const id = uuid();
      this.queue.add(id, text({ meta: { id, type: String(type), timestamp: Date.now() }, data }));
      if (this.failures === 0) this._plan(this.queue.size >= this.packet ? 0 : this.gather);
    } catch (error) {
      console.warn(`bellwether-events: event lost: ${error.name}`);
    }
  }

  /** What is known of a user, such as country or birthYear. */
  identify(user, profile = {}) {
    this.track("user.profile", { ...profile, appUserId: user });
  }

  /** From now on this browser is the user's. */
  signedIn(user) {
    this.track("user.signedIn", { appUserId: user });
  }

  /** From now on this browser is nobody's. */
  signedOut(user) {
    this.track("user.signedOut", { appUserId: user });
  }

  /** A user looks at a part of the application that has no address of its own. */
  screen(name, more = {}) {
    this.track("screen.viewed", { ...more, screen: name });
  }

  /** A user looks at a page: its path and title, without query and fragment, which may hold anything. */
  page() {
    this.track("page.viewed", { page: location.pathname, title: document.title, referrer: bare(document.referrer) });
  }

  /** Send what waits, now; resolves to whether all of it has left. */
  async flush() {
    this.unauthorized = false;
    await this._send();
    return this.queue.keys().length === 0;
  }

  _instance(key) {
    const { storage } = this.queue;
    if (!storage.getItem(key)) storage.setItem(key, uuid());
    return storage.getItem(key);
  }

  _listen() {
    let gone = false;
    // Some browsers do not say that a page is hidden when it is left.
    const look = (hidden) => {
      if (hidden && !gone) this._beacon();
      gone = hidden;
    };
    document.addEventListener("visibilitychange", () => look(document.visibilityState === "hidden"));
    window.addEventListener("pagehide", () => look(true));
    window.addEventListener("pageshow", () => look(document.visibilityState === "hidden"));
    window.addEventListener("online", () => {
      this.failures = 0;
      this._plan(0);
    });
  }

  _watchAddress() {
    let path = null;
    const look = () => {
      if (location.pathname === path) return;
      path = location.pathname;
      this.page();
    };
    for (const name of ["pushState", "replaceState"]) {
      const original = history[name];
      history[name] = function changed(...given) {
        const result = original.apply(this, given);
        look();
        return result;
      };
    }
    window.addEventListener("popstate", look);
    look();
  }

  /** Send in so many milliseconds, if nothing is to be sent earlier. */
  _plan(delay) {
    const at = Date.now() + delay;
    if (this.timer !== null && this.due <= at) return;
    clearTimeout(this.timer);
    this.due = at;
    this.timer = setTimeout(() => {
      this.timer = null;
      this._send();
    }, delay);
  }

  /** Send all packets; of several tabs one does at a time, for they share the queue. */
  async _send() {
    if (this.sending || this.unauthorized) return;
    this.sending = true;
    try {
      if (navigator.locks) await navigator.locks.request(this.lock, { ifAvailable: true }, (held) => this._packets(held));
      else await this._packets(true);
    } catch (error) {
      console.warn(`bellwether-events: not sent: ${error.name}`);
    } finally {
      this.sending = false;
    }
  }

  async _packets(held) {
    if (!held) return this._plan(this.gather);
    let attempt = this.failures + 1;
    let request = uuid();
    for (;;) {
      const rows = this.queue.first(this.packet);
      if (rows.length === 0) return undefined;
      const keys = rows.map(([key]) => key);
      const outcome = await this._post(rows.map(([, each]) => each), request, attempt);
      this.queue.remove(keys.slice(0, outcome.sent));
      this.rejected += outcome.rejected;
      if (outcome.tooLarge) this._shrink(keys);
      else if (outcome.failed) return this._later(outcome.wait);
      else [this.failures, this.packet] = [0, PACKET];
      [request, attempt] = [uuid(), 1];
    }
  }

  async _post(texts, request, attempt) {
    const outcome = { sent: 0, rejected: 0, wait: 0, failed: false, tooLarge: false };
    try {
      const body = `[${texts.join(",")}]`;
      const answer = await fetch(`${this.url}&request-id=${request}&attempt=${attempt}&sent-at=${Date.now()}`, {
        method: "POST",
        body,
        // Another type would make the browser ask first, and the question dies with the page.
        headers: { "Content-Type": "text/plain" },
        credentials: "omit",
        redirect: "error",
        keepalive: body.length < BEACON_BYTES / 3,
        signal: AbortSignal.timeout(TIMEOUT),
      });
      if (answer.status !== 200) {
        outcome.wait = 1000 * Math.min(3600, Number(answer.headers.get("Retry-After")) || 0);
        outcome.tooLarge = answer.status === 400 || answer.status === 413;
        this.unauthorized = answer.status === 401;
        outcome.failed = true;
        return outcome;
      }
      const { eventsAccepted, eventError } = await answer.json();
      outcome.sent = Math.min(eventsAccepted, texts.length);
      if (eventError && eventError.errorCode !== 500) {
        outcome.sent = Math.min(outcome.sent + 1, texts.length);
        outcome.rejected = 1;
      }
      outcome.failed = eventError?.errorCode === 500 || outcome.sent === 0;
    } catch {
      outcome.failed = true;
    }
    return outcome;
  }

  /** Try half as many; an event that is refused alone would keep all others waiting. */
  _shrink(keys) {
    if (this.packet > 1) {
      this.packet = Math.floor(this.packet / 2);
    } else {
      this.queue.remove(keys);
      this.rejected += 1;
    }
  }

  /** Browsers that lost the same collector must not all come back at once. */
  _later(least) {
    const delay = Math.min(LONGEST_WAIT, this.wait * 2 ** this.failures) * (0.5 + Math.random() / 2);
    this.failures = Math.min(this.failures + 1, 10);
    this._plan(Math.max(delay, least));
  }

  /** The page may be gone in a moment. What a beacon took stays queued: no answer tells that it was stored. */
  _beacon() {
    try {
      const texts = [];
      let bytes = 2;
      for (const [, each] of this.queue.first(1000)) {
        bytes += new Blob([each]).size + 1;
        if (bytes > BEACON_BYTES) break;
        texts.push(each);
      }
      const url = `${this.url}&request-id=${uuid()}&sent-at=${Date.now()}`;
      if (texts.length) navigator.sendBeacon(url, new Blob([`[${texts.join(",")}]`], { type: "text/plain" }));
    } catch (error) {
      console.warn(`bellwether-events: no beacon: ${error.name}`);
    }
  }
}

/** A value as JSON; what cannot be written as such is written as text. */
function text(value) {
  const plain = (_, each) => {
    if (typeof each === "bigint" || typeof each === "symbol") return String(each);
    // Half a surrogate pair is no text to anybody else.
    return typeof each === "string" && each.toWellFormed ? each.toWellFormed() : each;
  };
  try {
    return JSON.stringify(value, plain);
  } catch {
    // Something contains itself.
    const seen = new WeakSet();
    return JSON.stringify(value, (name, each) => {
      if (typeof each !== "object" || each === null) return plain(name, each);
      if (seen.has(each)) return "…";
      seen.add(each);
      return each;
    });
  }
}

function bare(address) {
  return address ? address.split(/[?#]/)[0] : null;
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
