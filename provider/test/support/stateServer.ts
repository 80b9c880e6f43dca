import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { access, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findFreePort } from "#testing";

/** A server that stores the state of stacks. */
export interface StateServer {
  /** The values of the placeholders in the guide's URL. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** The credentials, as environment variables of the Pulumi CLI. */
  readonly environment: Readonly<Record<string, string>>;
  /** Returns all that the server stores, as text. */
  readonly readAll: () => Promise<string>;
  /** Stops the server and removes its data. */
  readonly stop: () => Promise<void>;
}

const gateway = join(__dirname, "../../../.pulumi/bin/versitygw");

/** Starts an S3 server with a bucket. */
export async function startS3(): Promise<StateServer> {
  await access(gateway).catch(() => {
    throw new Error("there is no .pulumi/bin/versitygw: run `make .pulumi/bin/versitygw`");
  });
  const folder = await mkdtemp(join(tmpdir(), "s3-"));
  const [buckets, metadata] = [join(folder, "buckets"), join(folder, "metadata")];
  const bucket = join(buckets, "acme-state");
  await mkdir(bucket, { recursive: true });
  await mkdir(metadata);
  const address = `127.0.0.1:${await findFreePort()}`;
  const [id, secret] = ["pulumi", "a key for tests"];
  const server = spawn(gateway, ["--port", address, "--quiet", "posix", "--sidecar", metadata, buckets], {
    env: { ...process.env, ROOT_ACCESS_KEY_ID: id, ROOT_SECRET_ACCESS_KEY: secret },
    stdio: "ignore",
  });
  const ended = once(server, "exit");
  while (!(await isOpen(address))) {
    if (server.exitCode !== null || server.signalCode !== null)
      throw new Error(`versitygw ended. ${address} may be in use`);
    await sleep(20);
  }
  return {
    placeholders: { "https://HOST:PORT": `http://${address}`, BUCKET: "acme-state" },
    environment: { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret },
    readAll: async () => {
      const entries = await readdir(bucket, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
      return (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");
    },
    stop: async () => {
      server.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

/** Returns the folder of PostgreSQL's programs. Debian does not add this folder to PATH. */
export function findPostgres(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : [];
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...versions];
  return folders.find((folder) => ["initdb", "pg_ctl", "psql"].every((name) => existsSync(join(folder, name))));
}

/** Starts a PostgreSQL server. */
export async function startPostgres(): Promise<StateServer> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error("there is no PostgreSQL: on Debian, run `apt install postgresql`");
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  const [data, passwordFile] = [join(folder, "data"), join(folder, "password")];
  const [user, password] = ["pulumi", "a password for tests"];
  await writeFile(passwordFile, password);
  // PostgreSQL refuses to run as root, so root runs it as the user `nobody`.
  const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  if (account !== undefined) await chown(folder, account.uid, account.gid);
  const call = async (name: string, ...args: string[]) => {
    const options = { ...account, cwd: folder, env: { ...process.env, PGPASSWORD: password } };
    return (await promisify(execFile)(join(programs, name), args, options)).stdout;
  };
  const port = await findFreePort();
  const settings = `-h 127.0.0.1 -p ${port} -k ${folder}`;
  await call("initdb", "-D", data, `--username=${user}`, "--auth=scram-sha-256", `--pwfile=${passwordFile}`);
  await call("pg_ctl", "-D", data, "-l", join(folder, "log"), "-o", settings, "--wait", "start");
  const values = "select convert_from(decode(data->>'data', 'base64'), 'UTF8') from pulumi_state";
  return {
    placeholders: { "HOST:PORT": `127.0.0.1:${port}`, USER: user, DATABASE: "postgres", "verify-full": "disable" },
    environment: { PGPASSWORD: password },
    readAll: () => call("psql", `postgres://${user}@127.0.0.1:${port}/postgres`, "-At", "-c", values),
    stop: async () => {
      await call("pg_ctl", "-D", data, "--mode=immediate", "stop");
      await rm(folder, { recursive: true });
    },
  };
}

/** Reports if a server accepts connections. */
function isOpen(address: string): Promise<boolean> {
  const [host, port] = address.split(":");
  return new Promise((resolve) => {
    const socket = connect(Number(port), host);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
