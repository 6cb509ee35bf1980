import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/*
 * npm run check:bicep: compiles the templates with the real compiler, every warning an error. It is BICEP, or
 * `bicep` on the PATH, or comes as a NuGet package where .NET is. With --required, having none is a failure.
 */
const version = "0.49.2";
const repository = join(import.meta.dirname, "..", "..");
const infra = join(repository, "infra");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const runs = (program: string): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;

/** Where NuGet calls this machine something. */
const platform = (): string | undefined => {
  const system = { linux: "linux", darwin: "osx", win32: "win" }[process.platform as string];
  return system && ["x64", "arm64"].includes(process.arch) ? `${system}-${process.arch}` : undefined;
};

/** Restores the compiler's package beside the other ones of this repository, once. */
const fetchCompiler = (): string | undefined => {
  const name = platform();
  const packages = join(repository, "node_modules", ".cache", "bicep");
  const tools = join(packages, `azure.bicep.commandline.${name}`, version, "tools");
  const program = join(tools, process.platform === "win32" ? "bicep.exe" : "bicep");
  if (existsSync(program)) return program;
  if (!name || !runs("dotnet")) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "colophon-bicep-"));
  try {
    mkdirSync(packages, { recursive: true });
    const project = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="Azure.Bicep.CommandLine.${name}" Version="[${version}]" /></ItemGroup>
</Project>`;
    writeFileSync(join(folder, "bicep.csproj"), project);
    execFileSync("dotnet", ["restore", "--packages", packages], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: "1", DOTNET_NOLOGO: "1" },
    });
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const findCompiler = (): string | undefined =>
  [process.env["BICEP"], "bicep"].find((program) => program && runs(program)) ?? fetchCompiler();

const run = (compiler: string, ...given: readonly string[]): readonly string[] => {
  const { status, stderr } = spawnSync(compiler, given, {
    encoding: "utf8",
    env: { ...process.env, AZURE_LOCATION: "westeurope" },
  });
  return [
    ...stderr.split("\n").filter(Boolean),
    ...(status === 0 || stderr ? [] : [`bicep ${given.join(" ")} failed`]),
  ];
};

const templateFiles = [
  "main.bicep",
  "main.bicepparam",
  ...readdirSync(join(infra, "modules")).map((file) => join("modules", file)),
];

/** What the compiler says of the templates, and which are not formatted as it would. */
const problemsOf = (compiler: string): readonly string[] => {
  const copy = mkdtempSync(join(tmpdir(), "colophon-bicep-"));
  try {
    cpSync(infra, copy, { recursive: true });
    const compiled = [
      ...run(compiler, "build", join(copy, "main.bicep")),
      ...run(compiler, "build-params", join(copy, "main.bicepparam")),
      ...run(compiler, "format", "--pattern", join(copy, "**", "*.bicep")),
      ...run(compiler, "format", join(copy, "main.bicepparam")),
    ];
    const unformatted = templateFiles
      .filter((file) => readFileSync(join(copy, file), "utf8") !== readFileSync(join(infra, file), "utf8"))
      .map((file) => `${join(infra, file)} is not formatted: run "bicep format" on it`);
    return [...new Set(compiled.map((line) => line.replaceAll(copy, infra))), ...unformatted];
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};

const compiler = findCompiler();
if (compiler) {
  const problems = problemsOf(compiler);
  for (const problem of problems) say(problem);
  const name = execFileSync(compiler, ["--version"], { encoding: "utf8" }).trim();
  say(`${templateFiles.length} files, ${problems.length} problems (${name})`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  say("The Bicep compiler was NOT run: there is none here (BICEP, bicep on the PATH, or .NET with NuGet).");
  process.exitCode = process.argv.includes("--required") ? 1 : 0;
}
