//! Places: the queries `area` and `areas`, and the types around them.

use super::comparison::LeftOut;
use super::cursor::{Cursor, Kind};
use super::error::Failure;
use super::id::Id;
use super::list::List;
use super::page::{Connection, DEFAULT_PAGE, Edge, PageInfo, named, size};
use super::scalar::{AreaCode, Date, Moment};
use super::scope::scope;
use super::words::{AreaType, LinkKind};
use crate::answers::Snapshot;
use crate::answers::areas::{self, AreasOf};
use crate::answers::places::codes_over_time;
use crate::outcomes;
use async_graphql::{Context, Object, SimpleObject};
use std::sync::Arc;

/// A place.
#[derive(Clone)]
pub struct Area {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) code: Arc<str>,
}

impl Area {
    /// The place of this code.
    #[must_use]
    pub fn new(snapshot: &Arc<Snapshot>, code: &str) -> Self {
        Self { snapshot: Arc::clone(snapshot), code: code.into() }
    }

    /// What the reference data says of it; `None` where it no longer describes a place that figures are filed under.
    #[must_use]
    pub fn place(&self) -> Option<&outcomes::Area> {
        self.snapshot.catalogue().area(&self.code)
    }

    pub(super) fn own_id(&self) -> Id {
        Id::of(&self.snapshot, [&*self.code])
    }

    /// Its name; its code where no name is known.
    #[must_use]
    pub fn label(&self) -> &str {
        self.place().map_or(&*self.code, |place| &place.name)
    }

    /// What kind of place.
    #[must_use]
    pub fn kind(&self) -> Option<AreaType> {
        self.place().map(|place| place.kind.into())
    }
}

/// A publisher's or a scheme's own code for a place.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct OwnCode {
    /// The scheme, such as `dfe-old-la`.
    pub scheme: String,
    /// The code in it.
    pub code: String,
}

/// How a place stands to another one.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct AreaLink {
    /// How they stand.
    pub kind: LinkKind,
    /// From this place.
    pub area: Area,
    /// To this one.
    pub related: Area,
    /// The share (0 to 1) of `area` that the link speaks of; null where not known.
    pub weight: Option<f64>,
    /// First day on which it holds, where known.
    pub valid_from: Option<Date>,
    /// Last day on which it holds; null while it does.
    pub valid_to: Option<Date>,
}

/// A statistical neighbour: a place like this one under a named model.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Neighbour {
    /// The neighbour.
    pub area: Area,
    /// 1 is the nearest.
    pub rank: u32,
    /// The model, such as `dfe-statistical-neighbours-2025`.
    pub model: String,
}

/// A place: a country, region, council, ward, NHS body or other area that figures speak of.
#[Object(crate = "crate::graphql::object")]
impl Area {
    /// What a client's cache keeps it under: its code, with the moment where it is answered as it stood. An argument takes
    /// the code.
    pub async fn id(&self) -> Id {
        self.own_id()
    }

    /// GSS code (`E08000032`) or ODS code (`QWO`).
    pub async fn code(&self) -> AreaCode {
        AreaCode(Arc::clone(&self.code))
    }

    /// Its name.
    pub async fn name(&self) -> &str {
        self.label()
    }

    /// What kind of place; null where the reference data no longer describes it.
    #[graphql(name = "type")]
    pub async fn kind_of_place(&self) -> Option<AreaType> {
        self.kind()
    }

    /// First day on which the code was in use, where known.
    pub async fn valid_from(&self) -> Option<Date> {
        self.place()?.valid_from.map(Date)
    }

    /// Last day on which the code was in use; null while it is.
    pub async fn valid_to(&self) -> Option<Date> {
        self.place()?.valid_to.map(Date)
    }

    /// Every code that this place has had without a change of its boundary, the newest first. Figures asked for under
    /// one of them are found under all of them.
    pub async fn codes(&self) -> List<AreaCode> {
        codes_over_time(self.snapshot.catalogue(), &self.code).into_iter().map(AreaCode).collect()
    }

    /// Codes that publishers and other schemes use for it.
    pub async fn own_codes(&self) -> List<OwnCode> {
        let codes = self.snapshot.catalogue().own_codes(&self.code).iter();
        codes.map(|own| OwnCode { scheme: own.scheme.clone(), code: own.code.clone() }).collect()
    }

    /// Links from this place: what it lies in, what took over from it.
    pub async fn links(&self, #[graphql(desc = "Only links of this kind.")] kind: Option<LinkKind>) -> List<AreaLink> {
        self.linked(self.snapshot.catalogue().links(&self.code), kind)
    }

    /// Links to this place: what lies in it, what it took over from; at most the first 1,000.
    pub async fn links_to(
        &self,
        #[graphql(desc = "Only links of this kind.")] kind: Option<LinkKind>,
    ) -> List<AreaLink> {
        self.linked(self.snapshot.catalogue().links_to(&self.code), kind)
    }

    /// Places like this one, nearest first, model by model.
    pub async fn neighbours(
        &self,
        #[graphql(desc = "Only those under this model.")] model: Option<String>,
    ) -> List<Neighbour> {
        let neighbours = self.snapshot.catalogue().neighbours(&self.code).iter();
        neighbours
            .filter(|neighbour| model.as_ref().is_none_or(|model| *model == neighbour.model))
            .map(|neighbour| Neighbour {
                area: Area::new(&self.snapshot, &neighbour.neighbour),
                rank: neighbour.rank,
                model: neighbour.model.clone(),
            })
            .collect()
    }
}

impl Area {
    fn linked(&self, links: &[outcomes::AreaLink], kind: Option<LinkKind>) -> List<AreaLink> {
        links
            .iter()
            .filter(|link| kind.is_none_or(|kind| kind == link.kind.into()))
            .take(1_000)
            .map(|link| AreaLink {
                kind: link.kind.into(),
                area: Area::new(&self.snapshot, &link.area),
                related: Area::new(&self.snapshot, &link.related),
                weight: link.weight,
                valid_from: link.valid_from.map(Date),
                valid_to: link.valid_to.map(Date),
            })
            .collect()
    }
}

/// A page of places.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct AreaConnection {
    /// The places with their cursors.
    pub edges: List<Edge<Area>>,
    /// The places.
    pub nodes: List<Area>,
    /// Where the page stands in its list.
    pub page_info: PageInfo,
    /// How many places the whole list has.
    pub total_count: Option<u64>,
    /// With `within`: the places asked for otherwise of which only a part ever lay in that place. They are on no page.
    pub left_out: List<LeftOut>,
}

impl AreaConnection {
    fn of(page: Connection<Area>, left_out: List<LeftOut>) -> Self {
        let Connection { edges, nodes, page_info, total_count } = page;
        Self { edges, nodes, page_info, total_count, left_out }
    }
}

/// Queries about places.
#[derive(Default)]
pub struct AreaQuery;

#[Object]
impl AreaQuery {
    /// A place by its code; null where there is none.
    async fn area(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "GSS or ODS code.")] code: AreaCode,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<Area>, Failure> {
        let as_of = as_of.map(Moment::end);
        let snapshot = scope(ctx)?.snapshot(as_of).await?;
        let area = Area::new(&snapshot, &code.0);
        Ok(area.place().is_some().then_some(area))
    }

    /// Places, by code; those of `codes` in the order of asking, one item for each that is named.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the GraphQL field")]
    async fn areas(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "These places, at most `first` of them, on one page. One that is not known is an error. Not with \
                          `type`, `within`, `search` or `after`."
        )]
        codes: Option<Vec<AreaCode>>,
        #[graphql(name = "type", desc = "Only places of this type.")] kind: Option<AreaType>,
        #[graphql(
            desc = "Only places that lie wholly in this one, through any number of links and in any number of parts."
        )]
        within: Option<AreaCode>,
        #[graphql(
            desc = "Only places whose name, or the words for whose kind (`ICB`, `combined authority`), hold every one of these words, or whose code begins so."
        )]
        search: Option<String>,
        #[graphql(desc = "How many, 1 to 1000.", default_with = "Some(DEFAULT_PAGE)")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<AreaConnection>, Failure> {
        let as_of = as_of.map(Moment::end);
        let first = size(first, DEFAULT_PAGE)? as usize;
        let scope = scope(ctx)?;
        if let Some(codes) = &codes {
            let narrowed = kind.is_some() || within.is_some() || search.is_some();
            named("codes", codes, first, after.is_some(), narrowed)?;
            let snapshot = scope.snapshot(as_of).await?;
            let areas = codes.iter().map(|code| {
                let area = Area::new(&snapshot, &areas::known_area(&snapshot, &code.0)?.code);
                Ok((area, code.0.to_string()))
            });
            let page = Connection::of_named(areas.collect::<Result<_, Failure>>()?, Kind::Areas, snapshot.at());
            return Ok(Some(AreaConnection::of(page, std::iter::empty().collect())));
        }
        let after = after.map(|text| Cursor::decode(Kind::Areas, &text)).transpose()?;
        let snapshot = match &after {
            Some(cursor) => scope.snapshot_at(cursor.at).await?,
            None => scope.snapshot(as_of).await?,
        };
        let question = AreasOf {
            kind: kind.map(Into::into),
            within: within.as_ref().map(|code| &*code.0),
            search: search.as_deref(),
        };
        let found = areas::areas(scope, &snapshot, &question)?;
        let left_out = found.left_out.iter().map(|left| LeftOut::new(&snapshot, left)).collect();
        let areas = found.areas.into_iter();
        let node = |area: &outcomes::Area| Area::new(&snapshot, &area.code);
        let page =
            Connection::of_list(areas, |area| &area.code, node, Kind::Areas, snapshot.at(), first, after.as_ref());
        Ok(Some(AreaConnection::of(page, left_out)))
    }
}
