using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Sidecar.Tests.AppHost.RealCli;

/// <summary>
/// Answers the model traffic of a real CLI on this machine: a message that holds "USE WRITE path" asks for the Write tool, everything else is
/// answered by a sentence in three pieces.
/// </summary>
public sealed class ModelStub : IAsyncDisposable
{
    public const string Sentence = "Hello from the stub";

    private const string ToolMark = "USE WRITE ";

    private readonly WebApplication _app;

    private ModelStub(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>A prompt that makes the model ask for the Write tool.</summary>
    public static string WritePrompt(string path) => $"{ToolMark}{path} now";

    public static async Task<ModelStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/messages", AnswerAsync);
        app.MapFallback(() => Results.Json(new JsonObject { ["input_tokens"] = 10 }));
        await app.StartAsync();
        return new ModelStub(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        var last = request.RootElement.GetProperty("messages").EnumerateArray().Last().GetProperty("content").ToString();
        var mark = last.IndexOf(ToolMark, StringComparison.Ordinal);
        var model = request.RootElement.GetProperty("model").GetString()!;
        var body = new StringBuilder();
        Add(body, "message_start", new JsonObject { ["message"] = Message(model) });
        if (mark < 0)
        {
            AddBlock(body, new JsonObject { ["type"] = "text", ["text"] = "" }, "text_delta", "text", ["Hello ", "from ", "the stub"]);
        }
        else
        {
            var input = new JsonObject { ["file_path"] = last[(mark + ToolMark.Length)..].Split(' ')[0], ["content"] = "written by the model" }.ToJsonString();
            var tool = new JsonObject { ["type"] = "tool_use", ["id"] = "toolu_stub", ["name"] = "Write", ["input"] = new JsonObject() };
            AddBlock(body, tool, "input_json_delta", "partial_json", [input[..10], input[10..]]);
        }

        var reason = mark < 0 ? "end_turn" : "tool_use";
        Add(body, "message_delta", new JsonObject
        {
            ["delta"] = new JsonObject { ["stop_reason"] = reason, ["stop_sequence"] = null },
            ["usage"] = new JsonObject { ["output_tokens"] = 5 },
        });
        Add(body, "message_stop", []);
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(body.ToString());
    }

    private static JsonObject Message(string model) => new()
    {
        ["id"] = $"msg_{Guid.NewGuid():n}",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = model,
        ["content"] = new JsonArray(),
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
        ["usage"] = new JsonObject { ["input_tokens"] = 10, ["output_tokens"] = 1 },
    };

    private static void AddBlock(StringBuilder body, JsonObject block, string deltaType, string member, string[] pieces)
    {
        Add(body, "content_block_start", new JsonObject { ["index"] = 0, ["content_block"] = block });
        foreach (var piece in pieces)
        {
            Add(body, "content_block_delta", new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["type"] = deltaType, [member] = piece } });
        }

        Add(body, "content_block_stop", new JsonObject { ["index"] = 0 });
    }

    private static void Add(StringBuilder body, string type, JsonObject data)
    {
        data["type"] = type;
        body.Append("event: ").Append(type).Append("\ndata: ").Append(data.ToJsonString()).Append("\n\n");
    }
}
