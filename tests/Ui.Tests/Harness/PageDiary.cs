using Microsoft.Playwright;

namespace Sidecar.Tests.Ui.Harness;

/// <summary>The last that a page sent and got over its sockets, and which requests failed: what somebody reads when a test has failed.</summary>
internal sealed class PageDiary
{
    private const int Most = 60;
    private const int MostLetters = 240;

    private readonly Lock _gate = new();
    private readonly Queue<string> _entries = [];

    public PageDiary(IPage page)
    {
        page.WebSocket += (_, socket) =>
        {
            var name = new Uri(socket.Url).AbsolutePath;
            Add($"{name} opens {new Uri(socket.Url).Query}");
            socket.FrameSent += (_, frame) => Add($"{name} → {frame.Text}");
            socket.FrameReceived += (_, frame) => Add($"{name} ← {frame.Text}");
            socket.Close += (_, _) => Add($"{name} is closed");
        };
        page.RequestFailed += (_, request) => Add($"{request.Method} {request.Url}: {request.Failure}");
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return string.Join('\n', _entries);
        }
    }

    private void Add(string entry)
    {
        lock (_gate)
        {
            _entries.Enqueue($"{TimeProvider.System.GetUtcNow():ss.fff} {(entry.Length > MostLetters ? $"{entry[..MostLetters]}…" : entry)}");
            if (_entries.Count > Most)
            {
                _entries.Dequeue();
            }
        }
    }
}
