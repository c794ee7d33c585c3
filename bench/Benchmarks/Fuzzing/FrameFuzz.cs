using System.Diagnostics;
using System.Net.WebSockets;
using Sidecar.Benchmarks.Live;
using Sidecar.Tests.TestSupport.Fuzzing;

namespace Sidecar.Benchmarks.Fuzzing;

/// <summary>Frames against the running system, on four sockets at a time; each is closed at its end, which the server answers when it has taken every frame.</summary>
internal static class FrameFuzz
{
    private const int Lanes = 4;
    private const int FramesOfSocket = 100;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    public static async Task<FuzzReport> RunAsync(LiveSystem system, int inputs, int seed)
    {
        var report = new FuzzReport("frames", inputs, system.ResidentMebibytes);
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => SendAsync(system.Port, lane, report, new FuzzInputs(seed + lane))));
        return report.End();
    }

    private static async Task SendAsync(int port, int lane, FuzzReport report, FuzzInputs inputs)
    {
        while (report.TryNext(out var number))
        {
            using var socket = new ClientWebSocket();
            using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
            try
            {
                await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/ws/fuzz-{lane}"), deadline.Token);
                var reading = UntilClosedAsync(socket, deadline.Token);
                for (var i = 1; i <= FramesOfSocket && socket.State == WebSocketState.Open && (i == 1 || report.TryNext(out number)); i++)
                {
                    await socket.SendAsync(inputs.Message(), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
                }

                var started = Stopwatch.GetTimestamp();
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", deadline.Token);
                await reading;
                report.Took(Stopwatch.GetElapsedTime(started), () => $"the close after frame {number}");
            }
            catch (Exception exception) when (exception is WebSocketException or InvalidOperationException
                || (exception is OperationCanceledException && !deadline.IsCancellationRequested)) // cut while it was sent on
            {
                // A frame that is no text cuts the socket: the next one is the proof that the server is well.
            }
            catch (OperationCanceledException)
            {
                report.Fault($"frame {number}: no answer within {Deadline}");
            }

            socket.Abort();
        }
    }

    private static async Task UntilClosedAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken)).MessageType != WebSocketMessageType.Close)
        {
        }
    }
}
