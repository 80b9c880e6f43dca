import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The memory and processor time of a program. */
export interface Usage {
  /** The peak memory of its largest process, in MB. */
  readonly memory: number;
  /** The processor time of all its processes, in seconds. */
  readonly cpu: number;
}

/** Only Linux reports these values. */
const isSupported = existsSync("/proc/self/status");

/** The time between two samples, in milliseconds. */
const interval = 50;

/** The unit in which Linux counts processor time. */
const ticksPerSecond = 100;

/**
 * Samples the processes of a program that `parent` starts. The returned function stops and returns the usage. Usage after the last
 * sample is lost, at most one interval.
 */
export function watch(parent: number, program: string): () => Usage | undefined {
  const seen = new Map<number, Usage>();
  const addReading = () => {
    for (const pid of listChildren(parent)) {
      // A child starts as a copy of its parent or as a launcher, and becomes the program later.
      const usage = read(`/proc/${pid}/cmdline`)?.includes(program) === true ? readUsage(pid) : undefined;
      if (usage !== undefined) seen.set(pid, usage);
    }
  };
  const timer = isSupported ? setInterval(addReading, interval).unref() : undefined;
  return () => {
    clearInterval(timer);
    addReading();
    if (seen.size === 0) return undefined;
    const usages = [...seen.values()];
    return {
      memory: Math.max(...usages.map(({ memory }) => memory)),
      cpu: usages.reduce((sum, { cpu }) => sum + cpu, 0),
    };
  };
}

function readUsage(pid: number): Usage | undefined {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  // The name of the program may contain any character, and ends with the last parenthesis.
  const fields = read(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ");
  const [user, system] = [fields?.[11], fields?.[12]];
  if (kilobytes === undefined || user === undefined) return undefined;
  return { memory: Number(kilobytes) / 1024, cpu: (Number(user) + Number(system)) / ticksPerSecond };
}

/** Linux lists children by the thread that started them. */
function listChildren(pid: number): number[] {
  return listThreads(pid).flatMap((thread) => {
    const children = read(`/proc/${pid}/task/${thread}/children`) ?? "";
    return children
      .split(" ")
      .filter((child) => child.trim() !== "")
      .map(Number);
  });
}

function listThreads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Returns undefined if the process has ended. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
