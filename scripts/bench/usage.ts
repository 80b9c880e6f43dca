import { existsSync, readdirSync, readFileSync } from "node:fs";

/** What processes have taken of the machine. */
export interface Usage {
  /** The most memory that one of them had at once, in MB. */
  readonly memory: number;
  /** The processor time of all of them together, in seconds. */
  readonly cpu: number;
}

/** Whether this system tells, which is Linux only. */
const told = existsSync("/proc/self/status");

/** How often to look, in milliseconds. */
const interval = 50;

/** In what Linux counts processor time. */
const ticksPerSecond = 100;

/**
 * Watches the processes of a program that `parent` starts, until the returned function is called. What they take after
 * the last look is missed, which is less than the interval of it.
 */
export function watch(parent: number, program: string): () => Usage | undefined {
  const seen = new Map<number, Usage>();
  const look = () => {
    for (const pid of childrenOf(parent)) {
      // Any child may be about to become the program: it begins as a copy of its parent, and then as a launcher.
      const usage = read(`/proc/${pid}/cmdline`)?.includes(program) === true ? usageOf(pid) : undefined;
      if (usage !== undefined) seen.set(pid, usage);
    }
  };
  const timer = told ? setInterval(look, interval).unref() : undefined;
  return () => {
    clearInterval(timer);
    look();
    if (seen.size === 0) return undefined;
    const usages = [...seen.values()];
    return {
      memory: Math.max(...usages.map(({ memory }) => memory)),
      cpu: usages.reduce((sum, { cpu }) => sum + cpu, 0),
    };
  };
}

/** The processor time that a process has taken so far, in seconds. */
export function cpuSeconds(pid: number): number | undefined {
  // The name of the program, which may hold anything, ends with the last parenthesis.
  const fields = read(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ");
  const [user, system] = [fields?.[11], fields?.[12]];
  return user === undefined ? undefined : (Number(user) + Number(system)) / ticksPerSecond;
}

function usageOf(pid: number): Usage | undefined {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  const cpu = cpuSeconds(pid);
  return kilobytes === undefined || cpu === undefined ? undefined : { memory: Number(kilobytes) / 1024, cpu };
}

/** Linux lists children by the thread that started them. */
function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) => {
    const children = read(`/proc/${pid}/task/${thread}/children`) ?? "";
    return children
      .split(" ")
      .filter((child) => child.trim() !== "")
      .map(Number);
  });
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Undefined if the process has ended. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
