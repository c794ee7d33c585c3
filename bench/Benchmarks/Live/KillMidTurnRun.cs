using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Sidecar.Benchmarks.Live.Soak;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Live;

/// <summary>The session API is killed in mid-turn: how long until the client's stream goes on, and whether a piece is missing or comes twice.</summary>
internal static class KillMidTurnRun
{
    private const int Pieces = 250;
    private const int KilledAfter = 30;

    private static readonly TimeSpan Most = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RoundDeadline = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string appHost, string fakeAgent, int rounds, bool plain)
    {
        var (back, lost, repeated) = (new Sample(), 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            // A system of its own for each: a service that dies again and again is started later each time.
            using var system = await LiveSystem.StartAsync(appHost, fakeAgent, sessions: 1);
            var (took, got) = await RoundAsync(system, plain).WaitAsync(RoundDeadline, TimeProvider.System);
            back.Add(took.TotalMilliseconds);
            lost += Pieces - got.Distinct().Count();
            repeated += got.Count - got.Distinct().Count();
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rounds} turns, {(plain ? "plain clients" : "clients that resume")}: killed until it streams again {back}; of {rounds * Pieces} frames {lost} lost, {repeated} repeated"));
        return back.At(1) <= Most.TotalMilliseconds && (plain || lost == 0) && repeated == 0 ? 0 : 1;
    }

    private static async Task<(TimeSpan Back, List<int> Pieces)> RoundAsync(LiveSystem system, bool plain)
    {
        var session = await system.Running.CreateSessionAsync();
        var (got, ended, killed, back) = (new List<int>(), false, 0L, TimeSpan.Zero);
        var place = plain ? null : new StreamPlace(new ClientHistory("client"), new SoakCounts());
        var socket = await LiveSocket.OpenAsync(system.Port, session.Id, place?.Query ?? "");
        var first = socket;
        await socket.SendAsync(LiveMessages.User(string.Create(CultureInfo.InvariantCulture, $"@count k 20 {Pieces}")));
        await socket.ReadAsync(OnFrame);
        while (!ended)
        {
            socket.Dispose();
            socket = await OpenAgainAsync(system, session.Id, place);
            await socket.ReadAsync(OnFrame);
        }

        socket.Dispose();
        return (back, got);

        void OnFrame(ReadOnlyMemory<byte> bytes)
        {
            using var document = JsonDocument.Parse(bytes);
            var frame = document.RootElement;
            var type = frame.GetProperty("type").GetString()!;
            _ = place?.Accepts(type, frame);
            if (type == "message_complete")
            {
                ended = true;
                socket.Abort();
            }
            else if (type == "content_delta" && NumberedPiece.Of(frame.GetProperty("text").GetString()) is { } piece)
            {
                got.Add(piece.Number);
                if (got.Count == KilledAfter)
                {
                    killed = Stopwatch.GetTimestamp();
                    TestSignals.Kill(system.Running.SessionApi);
                }
                else if (got.Count > KilledAfter && back == TimeSpan.Zero && !ReferenceEquals(socket, first))
                {
                    back = Stopwatch.GetElapsedTime(killed);
                }
            }
        }
    }

    private static async Task<LiveSocket> OpenAgainAsync(LiveSystem system, string sessionId, StreamPlace? place)
    {
        while (true)
        {
            try
            {
                return await LiveSocket.OpenAsync(system.Port, sessionId, place?.Query ?? "");
            }
            catch (WebSocketException)
            {
                await Task.Delay(Retry, TimeProvider.System);
            }
        }
    }
}
