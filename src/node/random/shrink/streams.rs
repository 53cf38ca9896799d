//! Smaller statements about emitters and streams.

use super::super::streams::{
    Act, Answer, Attach, Each, Item, Leaving, Listener, Piping, Promised, Route, Stream, Wish,
};
use super::{each, smaller_block, smaller_by, smaller_number, with_one, without_one};

pub(super) fn smaller_act(act: &Act) -> Vec<Act> {
    match act {
        Act::New(stream) => each(smaller_stream(stream), Act::New),
        Act::Ask { of, wish } => {
            let mut found = each(smaller_wish(wish), |wish| Act::Ask { of: *of, wish });
            found.extend(each(smaller_number(*of, 0), |of| Act::Ask {
                of,
                wish: wish.clone(),
            }));
            found
        }
        Act::Listen {
            to,
            how,
            event,
            listener,
        } => {
            let listen = |to, how, listener| Act::Listen {
                to,
                how,
                event: *event,
                listener,
            };
            let mut found = each(smaller_listener(listener), |listener| {
                listen(*to, *how, listener)
            });
            if *how != Attach::On {
                found.push(listen(*to, Attach::On, listener.clone()));
            }
            found.extend(each(smaller_number(*to, 0), |to| {
                listen(to, *how, listener.clone())
            }));
            found
        }
        Act::Relisten { how, nth } => each(smaller_number(*nth, 0), |nth| Act::Relisten {
            how: *how,
            nth,
        }),
        Act::Unlisten { nth } => each(smaller_number(*nth, 0), |nth| Act::Unlisten { nth }),
        Act::Pipe { route, how } => {
            let mut found = each(smaller_route(*route), |route| Act::Pipe {
                route,
                how: *how,
            });
            if *how == Piping::Unending {
                found.push(Act::Pipe {
                    route: *route,
                    how: Piping::Plain,
                });
            }
            found
        }
        Act::Pipeline { route, block } => {
            let mut found = each(smaller_block(block), |block| Act::Pipeline {
                route: *route,
                block,
            });
            found.extend(each(smaller_route(*route), |route| Act::Pipeline {
                route,
                block: block.clone(),
            }));
            found.push(Act::Pipe {
                route: *route,
                how: Piping::Plain,
            });
            found
        }
        Act::Finished { of, block } => {
            let mut found = each(smaller_block(block), |block| Act::Finished {
                of: *of,
                block,
            });
            found.extend(each(smaller_number(*of, 0), |of| Act::Finished {
                of,
                block: block.clone(),
            }));
            found
        }
    }
}

fn smaller_stream(stream: &Stream) -> Vec<Stream> {
    let mut found = Vec::new();
    for methods in without_one(&stream.methods) {
        found.push(Stream {
            methods,
            ..stream.clone()
        });
    }
    for items in without_one(&stream.items) {
        found.push(Stream {
            items,
            ..stream.clone()
        });
    }
    for options in without_one(&stream.options) {
        found.push(Stream {
            options,
            ..stream.clone()
        });
    }
    if stream.high_water_mark.is_some() {
        found.push(Stream {
            high_water_mark: None,
            ..stream.clone()
        });
    }
    if stream.object_mode {
        found.push(Stream {
            object_mode: false,
            ..stream.clone()
        });
    }
    for methods in with_one(&stream.methods, smaller_answer) {
        found.push(Stream {
            methods,
            ..stream.clone()
        });
    }
    for items in with_one(&stream.items, smaller_item) {
        found.push(Stream {
            items,
            ..stream.clone()
        });
    }
    found
}

fn smaller_answer(answer: &Answer) -> Vec<Answer> {
    let mut found = each(smaller_block(&answer.block), |block| Answer {
        block,
        ..answer.clone()
    });
    if answer.fault.is_some() {
        found.push(Answer {
            fault: None,
            ..answer.clone()
        });
    }
    if let Some(by) = answer.by {
        let nearer = each(smaller_by(by), Some);
        let nearer = [None].into_iter().chain(nearer);
        found.extend(nearer.map(|by| Answer {
            by,
            ..answer.clone()
        }));
    }
    if answer.chunks > 1 {
        found.push(Answer {
            chunks: 1,
            ..answer.clone()
        });
    }
    found
}

fn smaller_item(item: &Item) -> Vec<Item> {
    let mut found = each(smaller_number(item.length, 1), |length| Item {
        length,
        ..*item
    });
    if item.is_buffer {
        found.push(Item {
            is_buffer: false,
            ..*item
        });
    }
    found
}

fn smaller_wish(wish: &Wish) -> Vec<Wish> {
    match wish {
        Wish::Push(item) => each(smaller_item(item), Wish::Push),
        Wish::Unshift(item) => each(smaller_item(item), Wish::Unshift),
        Wish::Write(item, block) => {
            let mut found = Vec::new();
            if let Some(block) = block {
                found.push(Wish::Write(*item, None));
                found.extend(each(smaller_block(block), |block| {
                    Wish::Write(*item, Some(block))
                }));
            }
            found.extend(each(smaller_item(item), |item| {
                Wish::Write(item, block.clone())
            }));
            found
        }
        Wish::End(item, block) => {
            let mut found = Vec::new();
            if item.is_some() {
                found.push(Wish::End(None, block.clone()));
            }
            if let Some(block) = block {
                found.push(Wish::End(*item, None));
                found.extend(each(smaller_block(block), |block| {
                    Wish::End(*item, Some(block))
                }));
            }
            found
        }
        Wish::Read(Some(_)) => vec![Wish::Read(None)],
        Wish::RemoveAll(None)
        | Wish::RemoveAll(Some(_))
        | Wish::Pause
        | Wish::Resume
        | Wish::Read(None)
        | Wish::ReadAll
        | Wish::PushEnd
        | Wish::SetEncoding
        | Wish::Unpipe
        | Wish::Cork
        | Wish::Uncork
        | Wish::Destroy { .. }
        | Wish::Emit(_)
        | Wish::Look => Vec::new(),
    }
}

fn smaller_listener(listener: &Listener) -> Vec<Listener> {
    let mut found = each(smaller_block(&listener.block), |block| Listener {
        block,
        ..listener.clone()
    });
    if listener.is_async {
        found.push(Listener {
            is_async: false,
            ..listener.clone()
        });
    }
    if listener.looks {
        found.push(Listener {
            looks: false,
            ..listener.clone()
        });
    }
    if listener.each != Each::Nothing {
        found.push(Listener {
            each: Each::Nothing,
            ..listener.clone()
        });
    }
    found
}

fn smaller_route(route: Route) -> Vec<Route> {
    let Route {
        from,
        through,
        to,
        stage,
    } = route;
    let mut found = each(smaller_number(through, 0), |through| Route {
        through,
        ..route
    });
    found.extend(each(smaller_number(from, 0), |from| Route {
        from,
        ..route
    }));
    found.extend(each(smaller_number(to, 0), |to| Route { to, ..route }));
    if let Some(leaving) = stage {
        found.push(Route {
            stage: None,
            ..route
        });
        if leaving != Leaving::Never {
            found.push(Route {
                stage: Some(Leaving::Never),
                ..route
            });
        }
    }
    found
}

pub(super) fn smaller_promised(promised: &Promised) -> Vec<Promised> {
    match promised {
        Promised::Iteration { of, block, leaving } => {
            let iteration = |of, block, leaving| Promised::Iteration { of, block, leaving };
            let mut found = each(smaller_block(block), |block| {
                iteration(*of, block, *leaving)
            });
            if *leaving != Leaving::Never {
                found.push(iteration(*of, block.clone(), Leaving::Never));
            }
            found.extend(each(smaller_number(*of, 0), |of| {
                iteration(of, block.clone(), *leaving)
            }));
            found
        }
        Promised::Finished { of } => each(smaller_number(*of, 0), |of| Promised::Finished { of }),
        Promised::Gathered { of, mapped } => {
            let gathered = |of, mapped| Promised::Gathered { of, mapped };
            let mut found = each(smaller_number(*of, 0), |of| gathered(of, *mapped));
            if mapped.is_some() {
                found.push(gathered(*of, None));
            }
            found
        }
        Promised::Pipeline { route } => {
            each(smaller_route(*route), |route| Promised::Pipeline { route })
        }
        Promised::Once { of, event } => each(smaller_number(*of, 0), |of| Promised::Once {
            of,
            event: *event,
        }),
    }
}
