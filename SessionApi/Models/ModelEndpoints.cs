using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Settings;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Models;

/// <summary><c>/api/models</c>, <c>/api/models/current</c> and <c>/api/effort</c>: with what new sessions run.</summary>
internal static partial class ModelEndpoints
{
    private const int MaxIdLength = 256;

    // What the CLI takes when nobody says anything.
    private const string UsualEffort = "high";

    public static void AddModels(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<ModelOptions, ModelOptionsValidator>().BindConfiguration(ModelOptions.Section);
        builder.Services.AddSingleton<ModelCatalog>();
    }

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/models", List)
            .Describe("listModels", "The models that there are to choose from. provider is null: the CLI's own.")
            .Answers(ModelJson.Default.ModelList);
        routes.MapGet("/api/models/current", ReadCurrent)
            .Describe("readCurrentModel", "The model that new sessions run with. context is the size of its window in tokens.")
            .Answers(ModelJson.Default.CurrentModel);
        routes.MapPut("/api/models/current", ChangeCurrent)
            .Describe("changeCurrentModel", $"Sets it; modelId has 1 to {MaxIdLength} characters, and a context window may follow a colon: sonnet:1m.")
            .Takes(ModelJson.Default.ModelChoice)
            .Answers(ModelJson.Default.ModelChanged)
            .Fails(400, 409, 413, 503);
        routes.MapGet("/api/effort", ReadEffort)
            .Describe("readEffort", "How hard the model of new sessions thinks, and which levels there are.")
            .Answers(ModelJson.Default.EffortStatus);
        routes.MapPut("/api/effort", ChangeEffort)
            .Describe("changeEffort", $"Sets it, to one of {string.Join(", ", EffortLevels.All)}.")
            .Takes(ModelJson.Default.EffortChoice)
            .Answers(ModelJson.Default.EffortChanged)
            .Fails(400, 409, 413, 503);
    }

    internal static async Task<IResult> List(ModelCatalog models, UserSettings settings, CancellationToken cancellationToken) =>
        TypedResults.Json(new ModelList(models.List(await settings.ReadAsync(cancellationToken)), Provider: null), ModelJson.Default.ModelList);

    internal static async Task<IResult> ReadCurrent(ModelCatalog models, UserSettings settings, CancellationToken cancellationToken) =>
        TypedResults.Json(new CurrentModel(models.Current(await settings.ReadAsync(cancellationToken))), ModelJson.Default.CurrentModel);

    internal static async Task<IResult> ChangeCurrent(HttpRequest request, UserSettings settings, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        var isText = body.Root.TryGetProperty("modelId"u8, out var member) && member.ValueKind == JsonValueKind.String;
        var chosen = isText ? JsonRequestBody.Text(member) : "";
        var (id, context) = ContextWindow().Match(chosen) is { Success: true } window ? (chosen[..window.Index], window.Groups[1].Value) : (chosen, null);
        if (string.IsNullOrWhiteSpace(id) || chosen.Length > MaxIdLength)
        {
            return ApiError.BadRequest($"Invalid modelId: it must be a string of 1 to {MaxIdLength} characters that begins with the name of a model");
        }

        await settings.SetAsync(
            cancellationToken, (SessionDefaults.ModelMember, id), (SessionDefaults.ModelContextMember, context));
        return TypedResults.Json(new ModelChanged(Ok: true, chosen), ModelJson.Default.ModelChanged);
    }

    internal static async Task<IResult> ReadEffort(UserSettings settings, CancellationToken cancellationToken)
    {
        var defaults = SessionDefaults.Of(await settings.ReadAsync(cancellationToken));
        return TypedResults.Json(new EffortStatus(defaults.Effort ?? UsualEffort, EffortLevels.All), ModelJson.Default.EffortStatus);
    }

    internal static async Task<IResult> ChangeEffort(HttpRequest request, UserSettings settings, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        if (SettingsEndpoints.Choice(body.Root, "level", EffortLevels.All, out var level) is { } problem)
        {
            return problem;
        }

        await settings.SetAsync(cancellationToken, (SessionDefaults.EffortMember, level));
        return TypedResults.Json(new EffortChanged(Ok: true, level), ModelJson.Default.EffortChanged);
    }

    // Some names of models have a colon of their own ("…-v1:0"), so not everything behind one is a size.
    [GeneratedRegex(":([0-9]+[km])$", RegexOptions.CultureInvariant)]
    private static partial Regex ContextWindow();
}

internal sealed record ModelList(IReadOnlyList<ModelInfo> Models, string? Provider);

internal sealed record CurrentModel(ModelInfo Model);

/// <param name="ModelId">The id of a model, with the size of its context window behind a colon: <c>opus</c>, <c>sonnet:1m</c>.</param>
internal sealed record ModelChoice(string ModelId);

internal sealed record ModelChanged(bool Ok, string Model);

internal sealed record EffortStatus(string Level, IReadOnlyList<string> Available);

internal sealed record EffortChoice(string Level);

internal sealed record EffortChanged(bool Ok, string Level);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(CurrentModel))]
[JsonSerializable(typeof(ModelChoice))]
[JsonSerializable(typeof(ModelChanged))]
[JsonSerializable(typeof(EffortStatus))]
[JsonSerializable(typeof(EffortChoice))]
[JsonSerializable(typeof(EffortChanged))]
internal sealed partial class ModelJson : JsonSerializerContext;
