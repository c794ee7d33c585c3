using System.Text;

namespace Sidecar.Tests.TestSupport.Fuzzing;

/// <summary>Inputs that nobody would send: good ones broken in one or more places, and noise. The same seed gives the same inputs.</summary>
public sealed class FuzzInputs
{
    private static readonly string[] Bodies =
    [
        """{"workDir":"/tmp","permissionMode":"default"}""",
        """{"title":"A title \ud83d\ude00"}""",
        """{"sessionIds":["6f1c0000-0000-4000-8000-00000000000a"]}""",
        """{"enabled":false,"allowedOrigins":["https://a.example"],"publicBaseUrl":null,"fixedPort":4000}""",
        """{"query":"a word","limit":5,"offset":0,"role":"user","project":"p","caseSensitive":false}""",
        """{"query":"a.*","cwd":"$DIR","regex":true,"maxResults":10,"includeHidden":false}""",
        """{"workDir":"$DIR","repository":{"branch":"main","worktree":true}}""",
        """{"workDir":"$DIR","branch":"a/b","baseBranch":"main"}""",
        """{"targetUserMessageId":"u1","userMessageIndex":0,"dryRun":true,"expectedContent":"a"}""",
        """{"content":"hello","attachments":[{"type":"file","name":"a.txt","data":"aGVsbG8="}]}""",
        """{"level":"high","modelId":"m","mode":"plan","token":"t"}""",
        """{"sidebar":{"width":300},"profile":{"name":"a"},"projectKey":"p","displayName":"d","env":{"A":"b"}}""",
        """{"sessionIds":["$ID"],"messageId":"m","title":"t"}""",
    ];

    private static readonly string[] Messages =
    [
        """{"type":"ping"}""",
        """{"type":"sync_state"}""",
        """{"type":"permission_response","requestId":"r","allowed":true,"updatedInput":{"a":[1,2,{"b":null}]}}""",
        """{"type":"set_permission_mode","mode":"plan"}""",
        """{"type":"stop_background_task","taskId":"t"}""",
    ];

    private static readonly string[] Segments =
        ["api", "sessions", "status", "limits", "messages", "sidecars", "search", "settings", "models", "providers", "skills", "tasks", "trace", "6f1c0000-0000-4000-8000-00000000000a", "..", "%2e%2e", "%00", "%ff", "~", "a b", "x;y", "health", "ws", "h5-access"];

    private static readonly string[] Queries = ["", "?limit=50", "?limit=-1&offset=99999999999999999999", "?project=%00", "?before=x&limit=0", "?after=.", "?=&&==", "?limit=1e9"];

    private static readonly byte[] Sharp = "{}[]\":,\\\0\r\n-1e999"u8.ToArray();

    private readonly Random _random;
    private readonly Misshape _misshape;

    public FuzzInputs(int seed)
    {
        _random = new Random(seed);
        _misshape = new Misshape(_random);
    }

    public string Method => Pick("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW");

    /// <summary>A path with a query.</summary>
    public string Path()
    {
        var path = new StringBuilder(_random.Next(8) == 0 ? "/other" : "/api");
        for (var i = _random.Next(5); i > 0; i--)
        {
            path.Append('/').Append(Pick(Segments));
        }

        return path.Append(Pick(Queries)).ToString();
    }

    public byte[] Body() => Line(Bodies);

    /// <summary>A path that a route takes, with a query of its own parameters; values are good, odd or broken.</summary>
    /// <param name="template">With <c>{names}</c> where values belong.</param>
    /// <param name="query">The names of its parameters.</param>
    /// <param name="known">Values that mean something to the server.</param>
    public string Path(string template, IReadOnlyList<string> query, IReadOnlyList<string> known)
    {
        var path = new StringBuilder();
        foreach (var segment in template.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path.Append('/').Append(segment[0] == '{' ? Value(known) : segment);
        }

        var first = '?';
        foreach (var name in query.Where(_ => _random.Next(4) > 0))
        {
            path.Append(first).Append(name).Append('=').Append(Value(known));
            first = '&';
        }

        return path.ToString();
    }

    /// <summary>A body in which the marks of some samples mean something to the server.</summary>
    /// <param name="session">The id of a session.</param>
    /// <param name="folder">A working directory.</param>
    public byte[] Body(string session, string folder) => Line([.. Bodies.Select(body => body.Replace("$ID", session, StringComparison.Ordinal).Replace("$DIR", folder, StringComparison.Ordinal))]);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => _random.Next(times) == 0;

    /// <summary>One of several.</summary>
    public T Of<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    private string Value(IReadOnlyList<string> known) => _random.Next(3) switch
    {
        0 => Pick(Segments),
        1 => Pick("0", "1", "-1", "true", "a", "99999999999999999999", "NaN", "", new string('a', _random.Next(1, 3000)), "%F0%9F%98%80", "%ED%A0%80", "1.5", "u1"),
        _ => Uri.EscapeDataString(Of(known)),
    };

    /// <summary>A message of a client.</summary>
    public byte[] Message() => Line(Messages);

    /// <summary>A line that an agent CLI writes.</summary>
    public byte[] AgentLine() => Line(FuzzSamples.AgentLines);

    /// <summary>A line of a transcript. It may hold line feeds, and so be two.</summary>
    public byte[] TranscriptLine() => Line(FuzzSamples.TranscriptLines);

    private byte[] Line(string[] samples) => _random.Next(4) switch
    {
        0 => Break(Pick(samples)),
        1 => Encoding.UTF8.GetBytes(_misshape.Of(Pick(samples)) + Pick(samples)), // two on a line
        _ => Encoding.UTF8.GetBytes(_misshape.Of(Pick(samples))),
    };

    private byte[] Break(string good)
    {
        switch (_random.Next(8))
        {
            case 0:
                return Encoding.UTF8.GetBytes(new string('[', _random.Next(1, 5000)));
            case 1:
                var noise = new byte[_random.Next(200)];
                _random.NextBytes(noise);
                return noise;
        }

        var bytes = Encoding.UTF8.GetBytes(good).ToList();
        for (var i = _random.Next(4); i > 0 && bytes.Count > 0; i--)
        {
            var at = _random.Next(bytes.Count);
            switch (_random.Next(4))
            {
                case 0:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, _random.Next(1, 6)));
                    break;
                case 1:
                    bytes.Insert(at, Sharp[_random.Next(Sharp.Length)]);
                    break;
                case 2:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(0, Math.Min(bytes.Count, 40)));
                    break;
            }
        }

        return [.. bytes];
    }

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
