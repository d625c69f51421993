package keys

import (
	"fmt"
	"slices"
	"strings"
)

// Presets are the names of the built-in key maps.
var Presets = []string{"spaces", "vim", "mc", "arrows"}

// arrowKeys move in every preset.
var arrowKeys = map[Action][]string{
	Up: {"up"}, Down: {"down"}, Parent: {"left", "backspace"}, Enter: {"enter", "right"},
	Top: {"home"}, Bottom: {"end"}, PageUp: {"pgup"}, PageDown: {"pgdown"},
	Next: {"tab"}, Prev: {"shift+tab"}, Cancel: {"esc"}, Quit: {"ctrl+c"},
	Suspend: {"ctrl+z"},
	Confirm: {"y"}, Remove: {"x"}, Pause: {"p"}, Retry: {"R"}, Hidden: {"."},
}

// letters are the actions on single letters that the presets spaces and vim share.
var letters = map[Action][]string{
	Up: {"k"}, Down: {"j"}, Parent: {"h"}, Enter: {"enter", "l"},
	HalfDown: {"ctrl+d"}, HalfUp: {"ctrl+u"}, PageDown: {"ctrl+f"}, PageUp: {"ctrl+b"},
	Top: {"g g"}, Bottom: {"G"}, HistoryBack: {"H"}, HistoryNext: {"L"},
	Index: {"~"}, GoTo: {"g p"}, Transfers: {"w"}, Inspector: {"i"}, NextTab: {"]"}, PrevTab: {"["},
	Select: {"space"}, Range: {"v"}, SelectAll: {"ctrl+a"}, SelectAny: {"*"}, Invert: {"ctrl+r"},
	Filter: {"/"}, Contains: {"f"}, SortName: {"o n"}, SortSize: {"o s"}, SortDate: {"o d"},
	New: {"a"}, CreateSpace: {"g n"}, Delete: {"d"}, Rename: {"r"}, Move: {"m"},
	Upload: {"u"}, Download: {"W"}, Share: {"s"}, CopyURL: {"c"}, Access: {"="},
	More: {">"}, Palette: {":"}, Help: {"?"}, Refresh: {"R"}, Back: {"q"},
	Settings: {"g s"}, AccessKeys: {"g k"}, Connections: {"g c"}, Usage: {"g u"}, Trash: {"g t"}, EmptyTrash: {"g e"}, Uploads: {"g f"}, Find: {"F"}, Public: {"g o"}, Doctor: {"g d"}, Links: {"g l"},
	Bookmark: {"b"}, Bookmarks: {"'"}, Notices: {"g m"}, Requests: {"@"}, Theme: {"g T"}, Formats: {"g F"}, Limits: {"g w"},
	DualPane: {"ctrl+o"}, OtherPane: {"tab"}, Compare: {"C"}, Mirror: {"g Y"}, Versions: {"."}, AsOf: {"t"},
	Copy: {"y"}, Cut: {"x"}, Paste: {"p"}, CopyTo: {"Y"}, ShareAgain: {"S"}, Metadata: {"M"}, Tags: {"T"},
	AccessInside: {"g ="}, MetadataInside: {"g M"}, PurgeCDN: {"g P"}, DownloadZip: {"g W"}, Edit: {"e"}, Restore: {"U"}, Undo: {"z"},
}

// functions are the F-keys of Midnight Commander, as far as there is an action for them.
var functions = map[Action][]string{
	Help: {"f1"}, Rename: {"f2"}, Inspector: {"f3"}, Edit: {"f4"}, CopyTo: {"f5"}, Move: {"f6"}, New: {"f7"}, Delete: {"f8"}, More: {"f9"}, Quit: {"f10"},
}

// vimKeys are where vim's users look for things: deleting takes two keys, nothing is lost by a slip.
var vimKeys = map[Action][]string{
	Delete: {"d d"}, Rename: {"c w"}, CopyURL: {"y u"}, Share: {"y s"}, New: {"o"}, SelectAll: {"V"},
	SortName: {"s n"}, SortSize: {"s s"}, SortDate: {"s d"}, Index: {"g h", "~"}, Transfers: {"g t"}, Trash: {"g x"},
	HistoryBack: {"ctrl+o", "H"}, HistoryNext: {"L"}, NextTab: {"]"}, PrevTab: {"["}, Back: {"Z Z", "q"},
	Copy: {"y y"}, CopyTo: {"y t"}, ShareAgain: {"y a"}, DualPane: {"ctrl+w v"}, OtherPane: {"tab", "ctrl+w w"},
}

// mcKeys leave letters alone where mc does not use them, but keep the ones without an F-key reachable.
var mcKeys = map[Action][]string{
	Help: {"f1", "?"}, Rename: {"f2"}, Inspector: {"f3", "i"}, Edit: {"f4", "e"}, CopyTo: {"f5", "Y"}, Share: {"s"}, Download: {"W"}, Move: {"f6"},
	New: {"f7"}, Delete: {"f8"}, More: {"f9", ">"}, Quit: {"f10", "ctrl+c"}, Select: {"insert", "space", "ctrl+t"},
	SelectAll: {"+"}, SelectAny: {"ctrl+a"}, Invert: {"*"}, Refresh: {"ctrl+r"}, Filter: {"/"}, Contains: {"f"}, Palette: {":"}, Upload: {"u"},
	CopyURL: {"c"}, Access: {"="}, Transfers: {"w"}, Index: {"~"}, GoTo: {"g p"}, CreateSpace: {"g n"}, Range: {"v"}, NextTab: {"]"}, PrevTab: {"["},
	HistoryBack: {"H"}, HistoryNext: {"L"}, SortName: {"o n"}, SortSize: {"o s"}, SortDate: {"o d"},
	HalfDown: {"ctrl+d"}, HalfUp: {"ctrl+u"}, Back: {"q"},
	Settings: {"g s"}, AccessKeys: {"g k"}, Connections: {"g c"}, Usage: {"g u"}, Trash: {"g t"}, EmptyTrash: {"g e"}, Uploads: {"g f"}, Find: {"F"}, Public: {"g o"}, Doctor: {"g d"}, Links: {"g l"},
	Bookmark: {"b"}, Bookmarks: {"'"}, Notices: {"g m"}, Requests: {"@"}, Theme: {"g T"}, Formats: {"g F"}, Limits: {"g w"},
	DualPane: {"ctrl+o"}, OtherPane: {"tab"}, Compare: {"C"}, Mirror: {"g Y"}, Versions: {"."}, AsOf: {"t"},
	Copy: {"y"}, Cut: {"x"}, Paste: {"p"}, ShareAgain: {"S"}, Metadata: {"M"}, Tags: {"T"},
	AccessInside: {"g ="}, MetadataInside: {"g M"}, PurgeCDN: {"g P"}, DownloadZip: {"g W"}, Restore: {"U"}, Undo: {"z"},
}

// arrowsOnly is for who wants no letters to move by.
var arrowsOnly = map[Action][]string{
	Up: nil, Down: nil, Parent: nil, Enter: nil, Top: nil, Bottom: nil, HistoryBack: {"ctrl+left", "H"},
	HistoryNext: {"ctrl+right", "L"}, GoTo: {"g p"}, PageDown: nil, PageUp: nil,
}

// Preset returns a key map by name: "spaces", "vim", "mc", "arrows".
func Preset(name string) (*Map, error) {
	bound := map[Action][]string{}
	switch name {
	case "spaces", "":
		lay(bound, letters, arrowKeys, functions)
	case "vim":
		lay(bound, replace(letters, vimKeys), arrowKeys, map[Action][]string{Help: functions[Help]})
	case "mc":
		lay(bound, arrowKeys)
		bound = replace(bound, mcKeys)
	case "arrows":
		lay(bound, arrowKeys, replace(letters, arrowsOnly), functions)
	default:
		return nil, fmt.Errorf("key map preset %q: there is none; there are %s", name, strings.Join(Presets, ", "))
	}
	bindings := make([]Binding, 0, len(table))
	for _, t := range table {
		bindings = append(bindings, Binding{t.action, bound[t.action], t.help, t.hint, t.group})
	}
	return newMap(bindings)
}

// lay adds keys behind those that are bound already, each once.
func lay(bound map[Action][]string, layers ...map[Action][]string) {
	for _, layer := range layers {
		for a, keys := range layer {
			have := slices.Clone(bound[a])
			for _, key := range keys {
				if !slices.Contains(have, key) {
					have = append(have, key)
				}
			}
			bound[a] = have
		}
	}
}

// replace returns the keys of base with those of over instead where it has any opinion.
func replace(base, over map[Action][]string) map[Action][]string {
	out := make(map[Action][]string, len(base))
	for a, keys := range base {
		out[a] = keys
	}
	for a, keys := range over {
		out[a] = keys
	}
	return out
}
