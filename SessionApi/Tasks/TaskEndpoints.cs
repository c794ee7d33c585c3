using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;

namespace Sidecar.SessionApi.Tasks;

/// <summary><c>/api/tasks/lists/{id}</c>: the to-do list of a session's agent, which clients ask for every second while a turn runs.</summary>
internal static partial class TaskEndpoints
{
    public static void AddTasks(this WebApplicationBuilder builder) => builder.Services.AddSingleton<TaskLists>();

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/tasks/lists/{id}", Read)
            .Describe("readTasks", $"The agent's tasks by number, at most {TaskLists.MaxTasks}, as it wrote them; empty when it has none.")
            .Answers(TaskJson.Default.TaskList)
            .Fails(400);
        routes.MapPost("/api/tasks/lists/{id}/reset", Reset)
            .Describe("resetTasks", "Empties a list whose tasks are all completed.")
            .Answers(TaskJson.Default.TasksChanged)
            .Fails(400, 409);
    }

    internal static async Task<IResult> Read(string id, TaskLists tasks, CancellationToken cancellationToken) => IdPattern().IsMatch(id)
        ? TypedResults.Json(new TaskList(await tasks.ReadAsync(id, cancellationToken)), TaskJson.Default.TaskList)
        : WrongId(id);

    internal static async Task<IResult> Reset(string id, TaskLists tasks, CancellationToken cancellationToken)
    {
        if (!IdPattern().IsMatch(id))
        {
            return WrongId(id);
        }

        return await tasks.ResetAsync(id, cancellationToken)
            ? TypedResults.Json(new TasksChanged(Ok: true), TaskJson.Default.TasksChanged)
            : new ApiError(StatusCodes.Status409Conflict, "CONFLICT", $"Not all tasks of {id} are completed");
    }

    private static ApiError WrongId(string id) =>
        ApiError.BadRequest($"Invalid task list: \"{id}\"; it must have 1 to 64 of letters, digits, '-' and '_'");

    [GeneratedRegex("^[0-9A-Za-z_-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}

internal sealed record TaskList(JsonArray Tasks);

internal sealed record TasksChanged(bool Ok);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TaskList))]
[JsonSerializable(typeof(TasksChanged))]
internal sealed partial class TaskJson : JsonSerializerContext;
