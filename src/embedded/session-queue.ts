/**
 * Lets several connections share PGlite's single backend as if each had its own: one statement batch or transaction
 * at a time, and every session finds its own settings again. Temporary tables, named statements and advisory locks
 * stay shared. It stands in for pglite-socket's own queue (0.2.17), where a SET of one connection (search_path,
 * default_transaction_read_only) shows in every other, and a message split over two packets lets another
 * connection's Parse in between.
 */

/** The part of PGlite that is used here. */
export interface Backend {
  isInTransaction(): boolean;
  runExclusive<T>(run: () => Promise<T>): Promise<T>;
  execProtocolRawStream(
    message: Uint8Array,
    options: { onRawData: (data: Uint8Array) => void },
  ): Promise<void>;
  exec(sql: string): Promise<unknown>;
  query<T>(sql: string, parameters?: unknown[]): Promise<{ rows: T[] }>;
}

/** What PGLiteSocketHandler calls on its queue. */
export interface SessionQueue {
  enqueue(session: number, message: Uint8Array, onData: (data: Uint8Array) => void): Promise<number>;
  clearQueueForHandler(session: number): void;
  clearTransactionIfNeeded(session: number): Promise<void>;
  getQueueLength(): number;
}

interface Job {
  readonly session: number;
  run(): Promise<void>;
  fail(error: Error): void;
}

type Setting = readonly [name: string, value: string];

interface Session {
  settings: readonly Setting[];
  /** A statement that may have changed settings ran since they were read. */
  touched: boolean;
}

interface State {
  readonly backend: Backend;
  readonly onPanic: (message: string) => void;
  readonly jobs: Job[];
  readonly sessions: Map<number, Session>;
  current: number | null;
  /** An extended-query batch has begun and its Sync has not come yet. */
  batchOpen: boolean;
  busy: boolean;
}

const messageType = { query: 0x51, parse: 0x50, sync: 0x53, terminate: 0x58, startup: 0x00, ready: 0x5a };
const readyBytes = 6;
const notSettings = new Set(["user", "database", "replication", "client_encoding"]);
/** Statements that may change settings; a false alarm costs one query. */
const settingWords = /\b(?:set|reset|set_config|discard)\b/i;
const saved = `select name, setting from pg_settings where source = 'session'
  union all select 'session_authorization', current_setting('session_authorization')
    where current_setting('session_authorization') not in ('', 'postgres')
  union all select 'role', current_setting('role') where current_setting('role') <> 'none'`;

/** One queue per backend; sessions come into being with their first message. `onPanic` hears the backend's last words. */
export function createSessionQueue(
  backend: Backend,
  onPanic: (message: string) => void = () => undefined,
): SessionQueue {
  const state: State = {
    backend,
    onPanic,
    jobs: [],
    sessions: new Map(),
    current: null,
    batchOpen: false,
    busy: false,
  };
  return {
    enqueue: (session, message, onData) =>
      submit(state, session, () => forward(state, session, message, onData)),
    clearQueueForHandler: (session) => {
      for (const job of state.jobs.filter((waiting) => waiting.session === session)) {
        state.jobs.splice(state.jobs.indexOf(job), 1);
        job.fail(new Error("the client disconnected"));
      }
    },
    clearTransactionIfNeeded: (session) => submit(state, session, () => leave(state, session)),
    getQueueLength: () => state.jobs.length,
  };
}

function submit<T>(state: State, session: number, run: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    state.jobs.push({ session, run: async () => resolve(await run()), fail: reject });
    if (!state.busy) void work(state);
  });
}

async function work(state: State): Promise<void> {
  state.busy = true;
  for (let job = takeNext(state); job !== undefined; job = takeNext(state)) {
    try {
      await job.run();
    } catch (error) {
      job.fail(error as Error);
    }
  }
  state.busy = false;
}

/** While a transaction or a batch is open only its own session may go on. */
function takeNext(state: State): Job | undefined {
  const isOwned = state.current !== null && (state.batchOpen || state.backend.isInTransaction());
  if (!isOwned) return state.jobs.shift();
  const index = state.jobs.findIndex((job) => job.session === state.current);
  return index === -1 ? undefined : state.jobs.splice(index, 1)[0];
}

async function forward(
  state: State,
  session: number,
  message: Uint8Array,
  onData: (data: Uint8Array) => void,
): Promise<number> {
  const type = message[0];
  // The backend serves every connection: one client's farewell must not end it.
  if (type === messageType.terminate) return 0;
  await switchTo(state, session);
  let bytes = 0;
  let tail: Uint8Array = new Uint8Array();
  await state.backend.runExclusive(() =>
    state.backend.execProtocolRawStream(message, {
      onRawData: (data) => {
        bytes += data.length;
        tail = lastBytes(tail, data);
        onData(data);
        const panic = panicIn(data);
        if (panic !== undefined) state.onPanic(panic);
      },
    }),
  );
  state.batchOpen = !endsReady(tail);
  if (type === messageType.startup) {
    await applySettings(state.backend, startupSettings(message));
    sessionOf(state, session).touched = true;
  }
  if ((type === messageType.query || type === messageType.parse) && mayChangeSettings(message)) {
    sessionOf(state, session).touched = true;
  }
  return bytes;
}

/** The error's fields (severity, severity untranslated, code, message) as the protocol lays them out. */
const panicFields = /SPANIC\0VPANIC\0C[^\0]*\0M([^\0]*)\0/;

/** PGlite 0.5 never answers again after a PANIC: its thread stands still in the middle of this message's call. */
function panicIn(data: Uint8Array): string | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  return bytes.includes("SPANIC\0") ? panicFields.exec(bytes.toString("utf8"))?.[1] : undefined;
}

function lastBytes(tail: Uint8Array, data: Uint8Array): Uint8Array {
  if (data.length >= readyBytes) return data.slice(-readyBytes);
  return new Uint8Array([...tail, ...data].slice(-readyBytes));
}

/** Whether the backend said ReadyForQuery last; it says so after a whole batch, a simple query or a COPY. */
function endsReady(tail: Uint8Array): boolean {
  return tail.length === readyBytes && tail[0] === messageType.ready && tail[4] === 5;
}

async function switchTo(state: State, session: number): Promise<void> {
  if (state.current === session) return;
  const before = state.current === null ? undefined : state.sessions.get(state.current);
  const after = sessionOf(state, session);
  if (before?.touched === true) {
    const { rows } = await state.backend.query<{ name: string; setting: string }>(saved);
    before.settings = rows.map((row) => [row.name, row.setting] as const);
    before.touched = false;
  }
  if ((before?.settings.length ?? 0) > 0 || after.settings.length > 0) {
    await resetSettings(state.backend);
    await applySettings(state.backend, after.settings);
  }
  state.current = session;
}

/** The session is gone: what it left open is undone, so that the others can go on. */
async function leave(state: State, session: number): Promise<void> {
  if (state.current === session) {
    if (state.batchOpen) await endBatch(state);
    if (state.backend.isInTransaction()) await state.backend.exec("ROLLBACK");
    await resetSettings(state.backend);
    // Prepared statements and advisory locks are shared: only the last one to leave may clear them.
    if (state.sessions.size <= 1) await state.backend.exec("DISCARD ALL");
    state.current = null;
  }
  state.sessions.delete(session);
}

async function endBatch(state: State): Promise<void> {
  const sync = new Uint8Array([messageType.sync, 0, 0, 0, 4]);
  await state.backend.runExclusive(() =>
    state.backend.execProtocolRawStream(sync, { onRawData: () => undefined }),
  );
  state.batchOpen = false;
}

function sessionOf(state: State, session: number): Session {
  const known = state.sessions.get(session);
  if (known !== undefined) return known;
  const fresh: Session = { settings: [], touched: false };
  state.sessions.set(session, fresh);
  return fresh;
}

async function resetSettings(backend: Backend): Promise<void> {
  await backend.exec("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL");
}

async function applySettings(backend: Backend, settings: readonly Setting[]): Promise<void> {
  if (settings.length === 0) return;
  await backend.query(
    `select count(set_config(name, value, false)) from unnest($1::text[], $2::text[]) as wanted (name, value)`,
    [settings.map(([name]) => name), settings.map(([, value]) => value)],
  );
}

function mayChangeSettings(message: Uint8Array): boolean {
  return settingWords.test(
    Buffer.from(message.buffer, message.byteOffset, message.length).toString("latin1"),
  );
}

/** The settings a client asks for when it connects: its parameters and the `-c name=value` of `options`. */
function startupSettings(message: Uint8Array): readonly Setting[] {
  const words = Buffer.from(message.subarray(8)).toString("utf8").split("\0");
  const settings: Setting[] = [];
  for (let index = 0; index + 1 < words.length && words[index] !== ""; index += 2) {
    const name = words[index] ?? "";
    const value = words[index + 1] ?? "";
    if (name === "options") settings.push(...optionSettings(value));
    else if (!notSettings.has(name) && !name.startsWith("_pq_.")) settings.push([name, value]);
  }
  return settings;
}

function optionSettings(options: string): readonly Setting[] {
  const settings: Setting[] = [];
  for (const match of options.matchAll(/(?:-c\s*|--)([\w.-]+)=((?:\\.|[^\s\\])*)/g)) {
    settings.push([(match[1] ?? "").replaceAll("-", "_"), (match[2] ?? "").replaceAll(/\\(.)/g, "$1")]);
  }
  return settings;
}
