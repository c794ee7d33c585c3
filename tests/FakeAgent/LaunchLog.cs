using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The file of FAKE_AGENT_LOG, from which tests count launches and inputs.</summary>
internal sealed class LaunchLog(string? path)
{
    public void Started(string[] args, bool resume) => Append(new JsonObject
    {
        ["event"] = "start",
        ["pid"] = Environment.ProcessId,
        ["args"] = Json.Array(args),
        ["cwd"] = Environment.CurrentDirectory,
        ["resume"] = resume,
        ["traceparent"] = Environment.GetEnvironmentVariable("TRACEPARENT"),
    });

    public void Received(string line) => Append(new JsonObject
    {
        ["event"] = "input",
        ["pid"] = Environment.ProcessId,
        ["line"] = line,
    });

    private void Append(JsonObject entry)
    {
        if (path is not null)
        {
            AppendFile.Write(path, Json.Line(entry).Span);
        }
    }
}
