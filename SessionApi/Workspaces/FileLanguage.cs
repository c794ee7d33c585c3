using System.Collections.Frozen;

namespace Sidecar.SessionApi.Workspaces;

/// <summary>What kind of file a name stands for, in the words of editors and browsers.</summary>
internal static class FileLanguage
{
    private const string Unknown = "text";

    private static readonly FrozenDictionary<string, string> Languages = Table(
        "bash:sh,bash,zsh", "c:c,h", "cpp:cpp,cc,cxx,hpp,hh", "csharp:cs", "css:css", "dart:dart", "diff:diff,patch", "elixir:ex,exs", "go:go",
        "graphql:graphql,gql", "html:html,htm", "ini:ini,cfg,conf,editorconfig", "java:java", "javascript:js,mjs,cjs", "json:json,jsonl,jsonc", "jsx:jsx",
        "kotlin:kt,kts", "less:less", "lua:lua", "markdown:md,mdx,markdown", "php:php", "powershell:ps1", "protobuf:proto", "python:py,pyi", "r:r",
        "ruby:rb", "rust:rs", "scala:scala", "scss:scss", "sql:sql", "svelte:svelte", "swift:swift", "toml:toml", "tsx:tsx", "typescript:ts,mts,cts",
        "vue:vue", "xml:xml,svg,csproj,props,targets,xaml", "yaml:yaml,yml", "zig:zig");

    private static readonly FrozenDictionary<string, string> Images = Table(
        "image/png:png", "image/jpeg:jpg,jpeg", "image/gif:gif", "image/webp:webp", "image/bmp:bmp", "image/x-icon:ico", "image/avif:avif");

    /// <summary>The language; <c>text</c> when nothing better is known.</summary>
    public static string Of(string path) => Path.GetFileName(path).ToLowerInvariant() switch
    {
        "dockerfile" => "dockerfile",
        "makefile" => "makefile",
        var name => Languages.GetValueOrDefault(Extension(name), Unknown),
    };

    /// <summary>The media type of an image that browsers show; null for anything else.</summary>
    public static string? ImageType(string path) => Images.GetValueOrDefault(Extension(Path.GetFileName(path).ToLowerInvariant()));

    private static string Extension(string name) => name[(name.LastIndexOf('.') + 1)..];

    // "java:java,jav" → { "java": "java", "jav": "java" }
    private static FrozenDictionary<string, string> Table(params string[] rows) => rows
        .Select(row => row.Split(':'))
        .SelectMany(row => row[1].Split(',').Select(extension => KeyValuePair.Create(extension, row[0])))
        .ToFrozenDictionary(StringComparer.Ordinal);
}
