using Microsoft.AspNetCore.Http.HttpResults;
using Sidecar.ServiceDefaults.Access;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Access;

/// <summary>
/// <c>/api/h5-access</c>: access from a browser elsewhere. Only its owner may look at it or change it; <c>verify</c> is for who has the token.
/// </summary>
internal static class H5AccessEndpoints
{
    public const string Path = "/api/h5-access";
    public const string VerifyPath = $"{Path}/verify";

    private const string TokenPrefix = "h5_";

    public static void MapH5Access(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, Get);
        routes.MapPut(Path, Change);
        routes.MapPost($"{Path}/enable", Enable);
        routes.MapPost($"{Path}/disable", Disable);
        routes.MapPost($"{Path}/regenerate", Regenerate);
        routes.MapPost(VerifyPath, Verify);
    }

    internal static JsonHttpResult<H5Answer> Get(H5AccessStore store) => Answer(store.Current);

    internal static async Task<JsonHttpResult<H5Answer>> Change(HttpRequest request, H5AccessStore store, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        string? made = null;
        return Answer(store.Change(settings => WithToken(H5Change.Apply(settings, body.Root), ref made)), made);
    }

    internal static JsonHttpResult<H5Answer> Enable(H5AccessStore store)
    {
        string? made = null;
        return Answer(store.Change(settings => WithToken(settings with { Enabled = true }, ref made)), made);
    }

    // The token stays: who has it can use it again when access is enabled again. A new one is made by regenerate.
    internal static JsonHttpResult<H5Answer> Disable(H5AccessStore store) => Answer(store.Change(settings => settings with { Enabled = false }));

    internal static JsonHttpResult<H5Answer> Regenerate(H5AccessStore store)
    {
        var token = AccessSecret.Create(TokenPrefix);
        return Answer(store.Change(settings => settings.With(token)), token);
    }

    internal static Results<JsonHttpResult<H5Verified>, ApiError> Verify(HttpRequest request, AccessTokens tokens) =>
        tokens.LevelOf(AccessSecret.FromHeader(request.Headers.Authorization)) == AccessLevel.None
            ? new ApiError(StatusCodes.Status401Unauthorized, "UNAUTHORIZED", "The token is missing or wrong")
            : TypedResults.Json(new H5Verified(true), H5Json.Default.H5Verified);

    // Access is never open without a token.
    private static H5Settings WithToken(H5Settings settings, ref string? made)
    {
        if (!settings.Enabled || settings.Secret is not null)
        {
            return settings;
        }

        made = AccessSecret.Create(TokenPrefix);
        return settings.With(made);
    }

    private static JsonHttpResult<H5Answer> Answer(H5Settings settings, string? token = null) =>
        TypedResults.Json(new H5Answer(settings with { Token = token }, token, new H5Diagnostics()), H5Json.Default.H5Answer);
}
