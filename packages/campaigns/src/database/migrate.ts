import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import pg from "pg";

/** Key of the advisory lock that makes parallel migrations safe. */
const MIGRATE_LOCK = "ringfence.migrate";

/**
 * Applies the migrations in `prismaDir` to a database with Prisma's own schema engine, as WebAssembly (the native one
 * would have to be downloaded); it maintains the same `_prisma_migrations` table as `prisma migrate deploy`. Several
 * processes may run it in parallel. Returns the names of the applied migrations.
 */
export async function migrate(url: string, prismaDir: string): Promise<string[]> {
  const lock = new pg.Client({ connectionString: url });
  await lock.connect();
  try {
    await lock.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [MIGRATE_LOCK]);
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    const engine = await openEngine(pool, prismaDir);
    try {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: await readMigrations(path.join(prismaDir, "migrations")),
        filters: { externalTables: [], externalEnums: [] },
      });
      return appliedMigrationNames;
    } finally {
      engine.free();
      await pool.end();
    }
  } finally {
    await lock.end();
  }
}

/** Node has WebAssembly; neither Node 20's types nor the language's own declare it. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
};

/** The part of the engine that we use. */
interface Engine {
  applyMigrations(input: object): Promise<{ appliedMigrationNames: string[] }>;
  free(): void;
}

/** The package's entry imports `.wasm`, which Node 20 refuses, so the module is instantiated by hand. */
async function openEngine(pool: pg.Pool, prismaDir: string): Promise<Engine> {
  const bg = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const wasm = path.join(
    path.dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg")),
    "schema_engine_bg.wasm",
  );
  const instance = new WebAssembly.Instance(new WebAssembly.Module(await readFile(wasm)), {
    "./schema_engine_bg.js": bg,
  });
  bg.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  const schema = path.join(prismaDir, "schema.prisma");
  const factory = bindMigrationAwareSqlAdapterFactory(wholeScripts(new PrismaPg(pool)));
  return await bg.SchemaEngine.new(
    { datamodels: [[schema, await readFile(schema, "utf8")]] },
    () => undefined,
    factory,
  );
}

/** The pg adapter splits scripts at every `;`, also inside `$$` bodies; PostgreSQL's simple protocol runs a whole script as one transaction. */
function wholeScripts(factory: PrismaPg): SqlMigrationAwareDriverAdapterFactory {
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script);
    };
    return adapter;
  };
  return factory;
}

async function readMigrations(baseDir: string) {
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migration = async (name: string) => ({
    path: name,
    migrationFile: {
      path: "migration.sql",
      content: { tag: "ok", value: await readFile(path.join(baseDir, name, "migration.sql"), "utf8") },
    },
  });
  return {
    baseDir,
    lockfile: {
      path: "migration_lock.toml",
      content: await readFile(path.join(baseDir, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(names.sort().map(migration)),
  };
}
