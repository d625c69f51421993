package keys

// where says on what screens an action is meant. Two actions may share a key when they never meet.
type where int

const (
	onPages where = 1 << iota
	inDialogs
	everywhere = onPages | inDialogs
)

// about is what an action is called, whatever its keys are.
type about struct {
	action Action
	group  string
	where  where
	hint   string
	help   string
}

// Groups of help, in its order.
const (
	groupMove   = "move"
	groupPlaces = "places"
	groupSelect = "select"
	groupNarrow = "narrow"
	groupChange = "change"
	groupObject = "files"
	groupDialog = "in dialogs"
	groupApp    = "program"
)

// table lists every action in the order of help.
var table = []about{
	{Up, groupMove, everywhere, "up", "one row up"},
	{Down, groupMove, everywhere, "down", "one row down"},
	{Enter, groupMove, everywhere, "open", "open what is under the cursor"},
	{Parent, groupMove, everywhere, "up a level", "go to the folder above"},
	{Top, groupMove, everywhere, "top", "first row"},
	{Bottom, groupMove, everywhere, "bottom", "last row"},
	{HalfDown, groupMove, everywhere, "half down", "half a screen down"},
	{HalfUp, groupMove, everywhere, "half up", "half a screen up"},
	{PageDown, groupMove, everywhere, "page down", "one screen down"},
	{PageUp, groupMove, everywhere, "page up", "one screen up"},
	{HistoryBack, groupMove, onPages, "back", "back in the history"},
	{HistoryNext, groupMove, onPages, "forward", "forward in the history"},

	{Index, groupPlaces, onPages, "Spaces", "the index of all Spaces"},
	{GoTo, groupPlaces, onPages, "go to", "type a path to go to"},
	{Transfers, groupPlaces, onPages, "transfers", "the transfers and what became of them"},
	{Inspector, groupPlaces, onPages, "inspector", "show or hide the inspector"},
	{NextTab, groupPlaces, onPages, "next tab", "next tab"},
	{PrevTab, groupPlaces, onPages, "previous tab", "previous tab"},

	{Select, groupSelect, onPages, "select", "select the row, or take it out again"},
	{Range, groupSelect, onPages, "range", "select everything the cursor passes"},
	{SelectAll, groupSelect, onPages, "select all", "select every row that is loaded"},
	{Invert, groupSelect, onPages, "invert", "select what is not selected, and the other way round"},
	{Cancel, groupSelect, everywhere, "cancel", "clear the selection or filter, close, stop what is under way"},

	{Filter, groupNarrow, onPages, "begins with", "only names that begin with a text"},
	{Contains, groupNarrow, onPages, "contains", "only loaded names that contain a text"},
	{SortName, groupNarrow, onPages, "by name", "sort by name; again reverses"},
	{SortSize, groupNarrow, onPages, "by size", "sort by size; again reverses"},
	{SortDate, groupNarrow, onPages, "by date", "sort by date; again reverses"},

	{New, groupChange, onPages, "new", "make a folder here, or a Space on the index"},
	{CreateSpace, groupChange, onPages, "new Space", "create a Space"},
	{Move, groupChange, onPages, "move", "move to another folder"},
	{Rename, groupChange, onPages, "rename", "give another name"},
	{Delete, groupChange, onPages, "delete", "delete, after asking"},

	{Upload, groupObject, onPages, "upload", "upload files and folders"},
	{Download, groupObject, onPages, "download", "download to this machine"},
	{Share, groupObject, onPages, "share", "Quick Share: a link that ends"},
	{CopyURL, groupObject, onPages, "copy URL", "copy the plain URL"},
	{Access, groupObject, onPages, "permissions", "make public or private"},

	{Confirm, groupDialog, inDialogs, "yes", "do what the dialog asks about"},
	{Next, groupDialog, inDialogs, "next", "next field or button"},
	{Prev, groupDialog, inDialogs, "previous", "previous field or button"},
	{Remove, groupDialog, inDialogs, "remove", "take the row off the list"},
	{Pause, groupDialog, inDialogs, "pause", "pause a transfer, or go on with it"},
	{Retry, groupDialog, inDialogs, "retry", "try again what failed"},
	{Hidden, groupDialog, inDialogs, "hidden files", "show or hide hidden files of this machine"},

	{More, groupApp, onPages, "more", "the menu of all that can be done here"},
	{Palette, groupApp, onPages, "commands", "find a command by name"},
	{Help, groupApp, everywhere, "keys", "the keys in force"},
	{Refresh, groupApp, onPages, "refresh", "list again"},
	{Back, groupApp, onPages, "back", "leave this page"},
	{Suspend, groupApp, everywhere, "suspend", "Suspend to the shell"},
	{Quit, groupApp, everywhere, "quit", "quit; Ctrl-c first cancels, twice quits"},
}

var tableOf = func() map[Action]about {
	m := make(map[Action]about, len(table))
	for _, t := range table {
		m[t.action] = t
	}
	return m
}()

// OnPages says whether an action is meant on pages: a scope for Lookup.
func OnPages(a Action) bool { return tableOf[a].where&onPages != 0 }

// InDialogs says whether an action is meant in dialogs: a scope for Lookup.
func InDialogs(a Action) bool { return tableOf[a].where&inDialogs != 0 }
