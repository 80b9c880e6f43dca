/** Prints when work starts and ends, and every 15 seconds what the work last reported as done. */
export async function showProgress(
  label: string,
  work: (report: (done: string) => void) => Promise<void>,
): Promise<void> {
  const started = Date.now();
  let reported = "";
  const elapsed = () => formatDuration(Date.now() - started);
  console.log(`${label} …`);
  const pulse = setInterval(() => {
    console.log(`${label}: ${reported}${elapsed()}`);
  }, 15_000);
  try {
    await work((done) => {
      reported = `${done}, `;
    });
  } finally {
    clearInterval(pulse);
  }
  console.log(`${label}: done in ${elapsed()}`);
}

/** Formats milliseconds, such as `9 s` or `3 min 20 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
