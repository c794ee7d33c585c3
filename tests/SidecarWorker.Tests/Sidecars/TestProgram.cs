using System.Diagnostics;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Sidecars;

/// <summary>A small server that does what the path says. Its test is skipped where its interpreter is missing.</summary>
internal sealed class TestProgram
{
    private const string NodeCode =
        """
        const http = require('http');
        const child = require('child_process');
        http.createServer((request, response) => {
          if (request.url === '/exit') { console.error('leaving now'); process.exit(3); }
          if (request.url === '/spawn') { child.spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref(); }
          response.end(request.url === '/env' ? JSON.stringify(process.env) : 'ok');
        }).listen(Number(process.argv[2]), 'localhost');
        """;

    private const string PythonCode =
        """
        import http.server, json, os, signal, subprocess, sys
        held = []
        def spawn():
            child = os.fork()
            if child:
                os.waitpid(child, 0)
                return
            os.setsid()
            if os.fork():
                os._exit(0)
            os.execvp('sleep', ['sleep', '600'])
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == '/exit':
                    print('leaving now', file=sys.stderr, flush=True)
                    os._exit(3)
                if self.path == '/ignore-sigterm':
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                if self.path == '/grow':
                    held.append(b'x' * (200 << 20))
                if self.path == '/fork-storm':
                    for _ in range(40):
                        held.append(subprocess.Popen(['sleep', '600']))
                if self.path == '/spawn':
                    spawn()
                self.send_response(200)
                self.end_headers()
                self.wfile.write((json.dumps(dict(os.environ)) if self.path == '/env' else 'ok').encode())
            def log_message(self, *args):
                pass
        http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
        """;

    private static readonly Lazy<string?> NodePath = new(() => Ask("node", "-p", "process.execPath"));
    private static readonly Lazy<string?> PythonPath = new(() => Ask("python3", "-c", "import sys; print(sys.executable)"));

    private readonly string _fileName;
    private readonly string _code;

    private TestProgram(string interpreter, string fileName, string code) => (Interpreter, _fileName, _code) = (interpreter, fileName, code);

    /// <summary>The interpreter itself, not a script that looks for it.</summary>
    public string Interpreter { get; }

    public static TestProgram Python => new(Need(PythonPath, "python3"), "server.py", PythonCode);

    public static TestProgram Node => new(Need(NodePath, "node"), "server.js", NodeCode);

    public static TestProgram Of(string language) => language == "node" ? Node : Python;

    public string WriteTo(TemporaryFolder folder)
    {
        File.WriteAllText(folder[_fileName], _code);
        return folder[_fileName];
    }

    private static string Need(Lazy<string?> path, string name)
    {
        Assert.SkipUnless(path.Value is not null, $"{name} is not installed.");
        return path.Value!;
    }

    private static string? Ask(string name, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true })!;
            var path = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 && File.Exists(path) ? path : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
