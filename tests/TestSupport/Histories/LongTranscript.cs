using System.Globalization;
using System.Text;

namespace Sidecar.Tests.TestSupport.Histories;

/// <summary>
/// A transcript of any size, written as fast as the disk takes it: the same turn over and over, a question, a tool call, its result and an answer, of
/// which only the turn's number differs.
/// </summary>
public static class LongTranscript
{
    private const string Number = "#NUMBER#"; // replaced by the number of the turn, which is as long
    private const int ResultBytes = 60_000;

    /// <summary>What the answer of a turn says.</summary>
    /// <param name="turn">The first is 0.</param>
    public static string AnswerOf(int turn) => $"Answer {Text(turn)} is done.";

    /// <param name="projectsFolder">The <c>projects</c> folder of a config directory.</param>
    /// <param name="sessionId">The session's id.</param>
    /// <param name="bytes">The least size.</param>
    /// <returns>How many turns there are.</returns>
    public static int Write(string projectsFolder, string sessionId, long bytes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(projectsFolder, "-work-long")).FullName;
        var turn = Encoding.UTF8.GetBytes(Turn(sessionId));
        var places = PlacesOf(turn, Encoding.UTF8.GetBytes(Number));
        using var file = new FileStream(Path.Combine(folder, $"{sessionId}.jsonl"), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1024 * 1024);
        var turns = 0;
        for (; file.Position < bytes; turns++)
        {
            var number = Encoding.UTF8.GetBytes(Text(turns));
            foreach (var place in places)
            {
                number.CopyTo(turn, place);
            }

            file.Write(turn);
        }

        return turns;
    }

    private static string Text(int turn) => turn.ToString("00000000", CultureInfo.InvariantCulture);

    private static List<int> PlacesOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> sought)
    {
        var places = new List<int>();
        for (var from = 0; text[from..].IndexOf(sought) is >= 0 and var at; from += at + sought.Length)
        {
            places.Add(from + at);
        }

        return places;
    }

    private static string Turn(string sessionId)
    {
        var common = $$"""
            "isSidechain":false,"timestamp":"2026-02-01T10:00:01.000Z","cwd":"/work/long","sessionId":"{{sessionId}}"
            """;
        var output = string.Concat(Enumerable.Range(0, ResultBytes / 60).Select(line => $"{line:0000} the quick brown fox jumps over the lazy dog, once more\\n"));
        return $$$"""
            {"parentUuid":null,"type":"user","message":{"role":"user","content":"Question {{{Number}}}"},"uuid":"{{{Number}}}-0000-4000-8000-000000000001",{{{common}}}}
            {"parentUuid":"{{{Number}}}-0000-4000-8000-000000000001","type":"assistant","message":{"id":"m{{{Number}}}a","type":"message","role":"assistant","model":"fake-model","content":[{"type":"tool_use","id":"t{{{Number}}}","name":"Bash","input":{"command":"cat {{{Number}}}.txt"}}]},"uuid":"{{{Number}}}-0000-4000-8000-000000000002",{{{common}}}}
            {"parentUuid":"{{{Number}}}-0000-4000-8000-000000000002","type":"user","message":{"role":"user","content":[{"tool_use_id":"t{{{Number}}}","type":"tool_result","content":"{{{output}}}"}]},"uuid":"{{{Number}}}-0000-4000-8000-000000000003",{{{common}}}}
            {"parentUuid":"{{{Number}}}-0000-4000-8000-000000000003","type":"assistant","message":{"id":"m{{{Number}}}b","type":"message","role":"assistant","model":"fake-model","content":[{"type":"text","text":"Answer {{{Number}}} is done."}]},"uuid":"{{{Number}}}-0000-4000-8000-000000000004",{{{common}}}}

            """;
    }
}
