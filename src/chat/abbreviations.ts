/** What visitors type, in small letters, and what it says. */
const table = `
u = you
ur = your
urs = yours
r = are
pls = please
plz = please
thx = thanks
nr = number
insta = Instagram
ig = Instagram
fb = Facebook
uni = university
pic = picture
pics = pictures
wfh = working from home
bday = birthday
dob = date of birth
fav = favourite
fave = favourite
info = information
whats = what is
wheres = where is
whos = who is
hows = how is
whens = when is
im = I am
dont = do not
cant = can not
doesnt = does not
isnt = is not
wanna = want to
gonna = going to
gotta = have to
tel = telephone
mob = mobile phone
addr = address
adress = address
asap = as soon as possible
btw = by the way
yr = year
yrs = years
hrs = hours
msc = master's
bsc = bachelor's
phd = PhD
prof = professor
dept = department
govt = government
repo = repository
repos = repositories
docs = documentation
config = configuration
app = app
mail = e-mail
cv = CV, resume
faq = frequently asked questions
kids = children
mum = mother
mom = mother
dad = father
bf = boyfriend
gf = girlfriend
vid = video
vids = videos
max = maximum
min = minimum
approx = approximately
temp = temporary
intro = introduction
lang = language
langs = languages
cert = certificate
certs = certificates
`;

const abbreviations: ReadonlyMap<string, string> = new Map(
  table
    .trim()
    .split("\n")
    .map((line) => line.split(" = ") as [string, string]),
);

/** What an abbreviation stands for: `insta` is "Instagram". */
export const abbreviated = (word: string): string | undefined => abbreviations.get(word.toLowerCase());
