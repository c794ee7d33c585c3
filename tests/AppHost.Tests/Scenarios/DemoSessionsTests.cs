using System.Text.Json;
using Sidecar.AppHost.Demo;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Scenarios;

public sealed class DemoSessionsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_EveryLine_IsOneWholeObjectThatNamesItsParent()
    {
        foreach (var lines in Write(Now).Values)
        {
            string? parent = null;
            foreach (var line in lines.Select(line => JsonElement.Parse(line)).Where(line => line.TryGetProperty("uuid", out _)))
            {
                Assert.Equal(parent, line.GetProperty("parentUuid").GetString());
                parent = line.GetProperty("uuid").GetString();
            }
        }
    }

    [Fact]
    public void Write_EveryToolUse_HasOneResultAndEditsFitTheirFiles()
    {
        var blocks = Write(Now).Values.SelectMany(lines => lines).Select(line => JsonElement.Parse(line))
            .Where(line => line.TryGetProperty("message", out _))
            .Select(line => line.GetProperty("message").GetProperty("content"))
            .Where(content => content.ValueKind == JsonValueKind.Array)
            .Select(content => content[0]).ToList();
        var uses = blocks.Where(block => block.GetProperty("type").GetString() == "tool_use").ToList();

        Assert.Equal(
            uses.Select(use => use.GetProperty("id").GetString()),
            blocks.Where(block => block.GetProperty("type").GetString() == "tool_result").Select(result => result.GetProperty("tool_use_id").GetString()));
        Assert.Equal(
            ["Bash", "Edit", "Grep", "Read", "TodoWrite", "Write"], uses.Select(use => use.GetProperty("name").GetString()).Distinct().Order());
        Assert.Contains(blocks, block => block.TryGetProperty("is_error", out var isError) && isError.GetBoolean());
        foreach (var input in uses.Where(use => use.GetProperty("name").GetString() == "Edit").Select(use => use.GetProperty("input")))
        {
            Assert.Contains(input.GetProperty("old_string").GetString()!, File.ReadAllText(input.GetProperty("file_path").GetString()!), StringComparison.Ordinal);
            Assert.Contains('\n', input.GetProperty("new_string").GetString()!);
        }
    }

    [Fact]
    public void Write_Twice_DiffersInTimesOnly()
    {
        var first = Write(Now);
        var second = Write(Now + TimeSpan.FromHours(1));

        Assert.Equal(first.Keys.Order(), second.Keys.Order());
        Assert.All(first, session => Assert.Equal(session.Value.Select(WithoutTime), second[session.Key].Select(WithoutTime)));
        Assert.NotEqual(first.Values.First(), second[first.Keys.First()]);
    }

    public void Dispose() => _folder.Dispose();

    private static string WithoutTime(string line)
    {
        var start = line.IndexOf("\"timestamp\"", StringComparison.Ordinal);
        return line.Remove(start, line.IndexOf(',', start) - start);
    }

    private Dictionary<string, string[]> Write(DateTimeOffset now)
    {
        DemoSessions.Write(_folder["config"], _folder["work"], now);
        return Directory.GetFiles(_folder["config"], "*.jsonl", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllLines);
    }
}
