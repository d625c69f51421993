// Package themes holds the styles of the screens, named by use, and the palettes that they are made from.
package themes

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"image/color"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	lipgloss "charm.land/lipgloss/v2"
	"github.com/pelletier/go-toml/v2"
)

// Theme is every style that a screen may use. Screens never name a colour.
type Theme struct {
	Name  string
	Dark  bool
	Icons bool  // Nerd Font icons; off unless asked for
	Depth Depth // of colours that it is made for

	Text, Dim, Strong, Accent            lipgloss.Style
	Brand                                lipgloss.Style
	Path, PathSep, PathLast, Endpoint    lipgloss.Style // the path bar
	Tab, TabActive                       lipgloss.Style
	Border, BorderFocus, Title           lipgloss.Style
	Header                               lipgloss.Style // column heads
	Row, Folder, Public, Private, Number lipgloss.Style
	Cursor, Selected, CursorSelected     lipgloss.Style // whole rows
	Mark                                 lipgloss.Style // the tick of a selected row
	Match                                lipgloss.Style // the part a filter matched
	Status, Hint, HintKey                lipgloss.Style
	Good, Warn, Bad                      lipgloss.Style
	Button, ButtonFocus                  lipgloss.Style
	ButtonDanger, ButtonDangerFocus      lipgloss.Style
	Input, Placeholder                   lipgloss.Style
	Bar, BarRest                         lipgloss.Style // progress
	Behind                               lipgloss.Style // what a dialog stands in front of

	Paint Paints // the same styles, for drawing many cells cheaply

	Background, Foreground color.Color // what the theme is made for, where the terminal has the opposite

	source *file
}

//go:embed *.toml
var builtin embed.FS

// Names of the built-in themes.
var Names = []string{"dark", "light", "high-contrast", "high-contrast-light", "ocean", "ember", "paper", "terminal"}

// Load returns a built-in theme by name; "auto" needs the terminal's background, see Auto.
func Load(name string) (*Theme, error) {
	if !slices.Contains(Names, name) {
		return nil, fmt.Errorf("theme %q: there is none; there are %s", name, strings.Join(Names, ", "))
	}
	f, err := read(name)
	if err != nil {
		return nil, err
	}
	return f.styles(Full), nil
}

// Find returns a theme by name: of the user's directory dir (NAME.toml), else a built-in one. For "auto" and "" it
// returns nil: the terminal's background decides. A directory that does not exist is an empty one.
func Find(name, dir string) (*Theme, error) {
	if name == "" || name == "auto" {
		return nil, nil
	}
	if dir != "" && !strings.ContainsAny(name, `/\`) {
		data, err := os.ReadFile(filepath.Join(dir, name+".toml"))
		if err == nil {
			return Parse(name, data)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("theme %q: %w", name, err)
		}
	}
	if slices.Contains(Names, name) {
		return Load(name)
	}
	return nil, fmt.Errorf("theme %q: there is none; there are %s", name, strings.Join(Available(dir), ", "))
}

// Available are the names of all themes that Find finds: "auto", the built-in ones, and those of the user's directory.
func Available(dir string) []string {
	names := append([]string{"auto"}, Names...)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".toml"); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Parse reads a theme of the user's. What it leaves out is as in the built-in theme of the same darkness (dark when
// it does not say). Unknown entries are errors.
func Parse(name string, data []byte) (*Theme, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // a byte order mark, which some editors put at the start
	said := struct {
		Dark *bool `toml:"dark"`
	}{}
	if err := toml.Unmarshal(data, &said); err != nil {
		return nil, mistake(name, err)
	}
	base := "dark"
	if said.Dark != nil && !*said.Dark {
		base = "light"
	}
	f, err := read(base)
	if err != nil {
		return nil, err
	}
	f.Name = name
	if err := f.decode(data); err != nil {
		return nil, mistake(name, err)
	}
	return f.styles(Full), nil
}

// read reads a built-in theme.
func read(name string) (file, error) {
	var f file
	data, err := builtin.ReadFile(name + ".toml")
	if err == nil {
		err = f.decode(data)
	}
	if err != nil {
		return f, fmt.Errorf("built-in theme %q: %w", name, err)
	}
	return f, nil
}

func (f *file) decode(data []byte) error {
	if err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(f); err != nil {
		return err
	}
	return errors.Join(f.Palette.check("palette", data), f.Sixteen.check("sixteen", data))
}

// auto holds the built-in themes, made once.
var auto = [2]func() *Theme{
	sync.OnceValue(func() *Theme { return must("light") }),
	sync.OnceValue(func() *Theme { return must("dark") }),
}

func must(name string) *Theme {
	t, err := Load(name)
	if err != nil {
		panic(err) // a test loads them all
	}
	return t
}

// Auto returns the dark or the light theme.
func Auto(dark bool) *Theme {
	if dark {
		return auto[1]()
	}
	return auto[0]()
}

// In returns the theme for a terminal with fewer colours: there, attributes tell apart what backgrounds do else.
func (t *Theme) In(d Depth) *Theme {
	if t.source == nil {
		return t
	}
	return t.source.styles(d)
}
