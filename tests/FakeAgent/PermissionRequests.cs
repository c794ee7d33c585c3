using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Questions to the client that wait for its answer.</summary>
internal sealed class PermissionRequests(OutputWriter output)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonObject>> _waiting = new();
    private readonly TaskCompletionSource<JsonObject> _closed = new();

    /// <summary>Asks and waits. An interrupt withdraws the question; a closed stdin is a refusal.</summary>
    public async Task<JsonObject> AskAsync(JsonObject request, CancellationToken interrupted)
    {
        var id = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        output.WriteLine(new JsonObject { ["type"] = "control_request", ["request_id"] = id, ["request"] = request });
        using var onInterrupt = interrupted.Register(() => answer.TrySetCanceled(interrupted));
        try
        {
            return await await Task.WhenAny(answer.Task, _closed.Task);
        }
        catch (OperationCanceledException)
        {
            output.WriteLine(new JsonObject { ["type"] = "control_cancel_request", ["request_id"] = id });
            throw;
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    public void Resolve(JsonObject controlResponse)
    {
        var response = controlResponse["response"];
        if (response.Text("request_id") is { } id && _waiting.TryGetValue(id, out var answer))
        {
            var decision = response?["response"] as JsonObject;
            answer.TrySetResult(decision?.DeepClone().AsObject() ?? Denied(response.Text("error") ?? "no answer"));
        }
    }

    public void Close() => _closed.TrySetResult(Denied("stdin was closed"));

    private static JsonObject Denied(string reason) => new() { ["behavior"] = "deny", ["message"] = reason };
}
